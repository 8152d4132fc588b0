"""A policy as a table that cannot hide a gap, an overlap or a dead rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, cast

import attrs

from .._domain import checks
from .._domain.claim import Claim
from .._domain.hashing import content_hash
from .._domain.money import Money
from .._domain.reason import Fact, Facts
from .._domain.remedy import Award
from .._readable import readable
from ..errors import InvalidValueError, PolicyError
from .column import Column
from .content import hashed_content
from .decider import Decider
from .decision import (
    Decision,
    RuleOutcome,
    award_of,
    inputs_of,
    left_to_judgement,
    minor,
    most_of,
    range_of,
    row_of,
)
from .domains import Plain
from .explanation import Explanation, explain_decision
from .readers import load_storage
from .rule_sheet import sheet
from .rules import Hit, Rule, as_hit, as_rules
from .table_errors import check_parts, check_sums, faults

__all__ = ["Table"]


def _otherwise(given: Rule | str | None) -> Rule | None:
    if given is None or isinstance(given, Rule):
        return given
    text: object = checks.plain_text(given)
    if type(text) is str and text.strip():
        return Rule("otherwise", because=text)
    raise InvalidValueError(
        f"otherwise cannot be {given!r:.60}: say why nothing is given, or give a Rule "
        "without a condition"
    )


@attrs.frozen
class Table:
    """Decide claims by rules that are data: checked, compiled, proved and compared.

    A table is a compensation policy like any other; call it with a claim. When it is
    built, everything it can be asked is walked through, and a claim that no rule
    decides, two that decide one claim, and a rule that never decides are errors with
    a witness.

    Args:
        name: What it is called in awards and reports.
        rules: Its rows, in order.
        otherwise: Why nothing is given where no rule holds, or a rule without
            a condition that then holds.
        hit: Which rules decide where several hold; see `Hit`.
        exclusions: Rules that come before all others: the first one that holds ends
            the matter. What they give (care, say) is given all the same.
        is_statutory: Whether the law grants whatever it gives.
        source: Where its figures come from.

    Raises:
        GapError: A claim is left undecided.
        OverlapError: Two rules decide one claim, and one alone should.
        ShadowError: A rule never decides.
        InvalidValueError: A code stands twice, two columns share a name, or an amount
            reads what may be missing.
        CurrencyMismatchError: It gives two currencies.

    Example:
        >>> from recovery_core.tables import column, halved
        >>> late = column.minutes("arrival_delay")
        >>> fare = column.money("fare", "EUR")
        >>> table = Table(
        ...     "Delay Repay 30",
        ...     rules=[
        ...         Rule("half", when=late.between(30, 60), amends=halved(fare)),
        ...         Rule("full", when=late >= 60, amends=fare),
        ...     ],
        ...     otherwise="less than 30 minutes late",
        ... )
        >>> table.compiled({"arrival_delay": 45, "fare": 4200})
        ('half', 2100)
    """

    name: str = attrs.field(converter=checks.plain_text, validator=checks.text)
    rules: tuple[Rule, ...] = attrs.field(converter=as_rules)
    otherwise: Rule | None = attrs.field(
        default=None, converter=_otherwise, kw_only=True
    )
    hit: Hit = attrs.field(default=Hit.UNIQUE, converter=as_hit, kw_only=True)
    exclusions: tuple[Rule, ...] = attrs.field(
        default=(), converter=as_rules, kw_only=True
    )
    is_statutory: bool = attrs.field(
        default=False, validator=checks.of_type(bool), kw_only=True
    )
    source: str | None = attrs.field(
        default=None,
        converter=checks.maybe_plain_text,
        validator=checks.maybe_text,
        kw_only=True,
    )

    def __attrs_post_init__(self) -> None:
        """Walk through everything it can be asked."""
        check_parts(self)
        for fault in faults(self, self.decider):
            raise fault
        check_sums(self, self.decider)

    # ------------------------------------------------------------------- its parts

    @cached_property
    def rows(self) -> tuple[Rule, ...]:
        """All rules in the order they are tried: exclusions, rules, otherwise."""
        last = () if self.otherwise is None else (self.otherwise,)
        return (*self.exclusions, *self.rules, *last)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column that a condition or an amount names, in order."""
        return tuple(dict.fromkeys(c for row in self.rows for c in row.columns))

    @cached_property
    def tested(self) -> tuple[Column, ...]:
        """Every column that a condition names, in order."""
        cells = (c for row in self.rows if row.when is not None for c in row.when.cells)
        return tuple(dict.fromkeys(cell.column for cell in cells))

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """Every column that must be known: the computed ones give way to theirs."""
        return tuple(
            dict.fromkeys(
                c
                for column in self.columns
                for c in (column.inputs if column.function else (column,))
            )
        )

    @cached_property
    def currency(self) -> str | None:
        """The one currency it gives; None where it gives no money."""
        codes = [amount.currency for row in self.rows for amount in row.amounts]
        return codes[0] if codes else None

    @cached_property
    def hash(self) -> str:
        """The content hash: the same for equal tables, on any machine.

        The compiled code of functions that compute or read its columns is content,
        too, and that differs between releases of Python, and under ``-OO``.
        """
        return content_hash(self)

    # ------------------------------------------------------------ what it can decide

    @cached_property
    def decider(self) -> Decider:
        """What finds the rows that decide: one alone, or several together."""
        return Decider(self)

    @cached_property
    def outcomes(self) -> tuple[RuleOutcome, ...]:
        """Every way it can decide; `choose` and arrays of decisions count in it.

        Raises:
            PolicyError: There are more than could be listed.
        """
        return tuple(map(self.decider.outcome, self.decider.places))

    @cached_property
    def choose(self) -> Callable[[Mapping[str, Any]], int]:
        """The function from a row of plain values to the place of its outcome."""
        return self.decider.choose

    @cached_property
    def compiled(self) -> Callable[[Mapping[str, Any]], tuple[str, int]]:
        """The quick way: from a row of plain values to rule and worth.

        The row holds ints of minor units, minutes and days, texts, bools, dates, and
        None for what is missing. It trusts them to be in their domains: call the
        table itself, or `decision`, for values that nobody checked.

        Units: worth in minor units of the table's currency.
        """
        return self.decider.compiled

    # --------------------------------------------------------------------- one claim

    def row(self, given: Claim | Mapping[str, Fact | None]) -> dict[str, Plain]:
        """Read and check what is to be known, as plain values by column name.

        Args:
            given: A claim, or facts by column name.

        Raises:
            MissingFactError: A fact is not recorded, and may not be missing.
            WrongFactError: A value is outside its domain, or what may be missing is
                recorded under a name misspelt; says what fits.
        """
        return row_of(self.inputs, self.columns, given)

    def __call__(self, claim: Claim, /) -> Award:
        """Return what the rules say, with the rule and what it read."""
        return self.decision(claim).award

    def decision(self, given: Claim | Mapping[str, Fact | None]) -> Decision:
        """Decide one claim, and keep what an auditor needs.

        Args:
            given: A claim, or facts by column name.

        Raises:
            MissingFactError: A fact is not recorded, and may not be missing.
            WrongFactError: A value is outside its domain; says what fits.
        """
        row = self.row(given)
        outcome = self.decider.of(row)
        spoken = self.speaking(outcome, row)
        read = inputs_of((*self.columns, *self.inputs), row)
        award = award_of(
            spoken, row, self._facts_on_record(read), is_statutory=self.is_statutory
        )
        return Decision(outcome.label, award, self.hash, read, most_of(spoken, row))

    def at_discretion(
        self, given: Claim | Mapping[str, Fact | None], chosen: Money
    ) -> Award:
        """Return what an agent chose within the bounds that the table leaves.

        Args:
            given: A claim, or facts by column name.
            chosen: What the agent gives for the one amount left to judgement.

        Raises:
            PolicyError: Nothing is left to judgement, or the sum is outside.
            CurrencyMismatchError: The sum is in another currency.
        """
        row = self.row(given)
        spoken = self.speaking(self.decider.of(row), row)
        free = [*left_to_judgement(spoken)]
        if len(free) != 1:
            raise PolicyError(
                f"table {self.name!r} leaves {len(free)} amounts to judgement here: "
                "an agent can choose where it leaves one"
            )
        least, most = range_of(free[0], row)
        wanted: object = chosen
        if not isinstance(wanted, Money) or not least <= wanted <= most:
            raise PolicyError(
                f"{chosen!r} cannot be given: table {self.name!r} leaves {least} to "
                f"{most} to judgement"
            )
        told = self._facts_on_record(inputs_of((*self.columns, *self.inputs), row))
        told["chosen"] = chosen
        return award_of(
            spoken,
            row,
            told,
            is_statutory=self.is_statutory,
            chosen={free[0]: chosen.minor},
        )

    def speaking(
        self, outcome: RuleOutcome, row: Mapping[str, Plain]
    ) -> tuple[Rule, ...]:
        """Name the rules whose gifts are given: one alone where the most counts."""
        spoken = outcome.rules
        if self.hit is Hit.MAX and len(spoken) > 1:
            return (max(spoken, key=lambda rule: minor(rule.worth, row)),)
        return spoken

    def _facts_on_record(self, read: Facts) -> dict[str, Fact]:
        return {**read, "policy": f"{self.name} {self.hash}"}

    # ----------------------------------------------------------------- as text

    def explain(self, given: Claim | Mapping[str, Fact | None]) -> Explanation:
        """Return why the rule that decides does, and why each other does not.

        It asks, and raises, what `decision` does.
        """
        row = self.row(given)
        outcome = self.decider.of(row)
        return explain_decision(self, row, outcome, self.speaking(outcome, row))

    def to_markdown(self) -> str:
        """Write it as people read it: one row for each rule."""
        return sheet(self).to_markdown()

    def to_json(self) -> str:
        """Write it as JSON text, for storage and for people.

        Returns:
            The same text for the same table; it holds the content hash. A function
            of a column is named, for no text holds it.

        Raises:
            StoredFormatError: It holds what could not be read back.
        """
        return load_storage().to_json(self)

    @classmethod
    def from_json(
        cls,
        text: str | bytes,
        *,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> Table:
        """Read a table from JSON text, and check it as if it were written in Python.

        Args:
            text: What `to_json` wrote, or a person: then without a hash.
            functions: What computes its columns and reads them from claims, by the
                names that the text gives.

        Raises:
            StoredFormatError: The text is damaged or unknown; names the place, such
                as ``rules[1].when.arrival_delay.at_least``.
            TableError: The rules leave a gap, overlap, or one never decides.
        """
        return cast("Table", load_storage().from_json(text, functions=functions))

    def __content__(self) -> dict[str, object]:
        """Return what the content hash stands for: what is stored, and functions."""
        return hashed_content(self)

    def __str__(self) -> str:
        return readable(f"{self.name} ({self.hash})")
