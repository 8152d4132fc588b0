"""A policy as a table that cannot hide a gap, an overlap or a dead rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, cast

import attrs

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.reason import Fact, Facts
from .._domain.remedy import Award
from .._readable import readable
from ..errors import PolicyError
from .content import hashed_content
from .decider import Decider
from .decision import (
    ClaimOrFacts,
    Decision,
    RuleOutcome,
    build_award,
    discretion_range,
    evaluate_in_minor_units,
    facts_of_row,
    find_limit_of_only_discretion,
    iter_discretionary_pays,
    read_checked_row,
)
from .domains import Plain, UncheckedRow
from .explanation import Explanation, explain_decision
from .readers import load_storage
from .rule_sheet import sheet
from .rules import Hit, Rule
from .table_errors import (
    check_parts_fit_together,
    check_pooled_worth_fits_money,
    iter_faults,
)
from .table_parts import TableParts

__all__ = ["Table"]


@attrs.frozen
class Table(TableParts):
    """A policy as rules that are data: checked, compiled, proved and compared.

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
        >>> from recovery_core.tables import column, half_of
        >>> late = column.minutes("arrival_delay")
        >>> fare = column.money("fare", "EUR")
        >>> table = Table(
        ...     "Delay Repay 30",
        ...     rules=[
        ...         Rule("half", when=late.between(30, 60), amends=half_of(fare)),
        ...         Rule("full", when=late >= 60, amends=fare),
        ...     ],
        ...     otherwise="less than 30 minutes late",
        ... )
        >>> table.compiled({"arrival_delay": 45, "fare": 4200})
        ('half', 2100)
    """

    def __attrs_post_init__(self) -> None:
        """Walk through everything it can be asked."""
        check_parts_fit_together(self)
        for fault in iter_faults(self, self.decider):
            raise fault
        check_pooled_worth_fits_money(self, self.decider)

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
        return tuple(map(self.decider.outcome_builder, self.decider.number_by_way))

    @cached_property
    def choose(self) -> Callable[[UncheckedRow], int]:
        """The function from a row of plain values to the place of its outcome."""
        return self.decider.way_number_finder

    @cached_property
    def compiled(self) -> Callable[[UncheckedRow], tuple[str, int]]:
        """The quick way: from a row of plain values to rule and worth.

        The row holds ints of minor units, minutes and days, texts, bools, dates, and
        None for what is missing. It trusts them to be in their domains: call the
        table itself, or `decision`, for values that nobody checked.

        Units: worth in minor units of the table's currency.
        """
        return self.decider.label_and_worth_finder

    # --------------------------------------------------------------------- one claim

    def row(self, claim_or_facts: ClaimOrFacts) -> dict[str, Plain]:
        """Read and check what is to be known, as plain values by column name.

        Args:
            claim_or_facts: A claim, or facts by column name.

        Raises:
            MissingFactError: A fact is not recorded, and may not be missing.
            WrongFactError: A value is outside its domain, or what may be missing is
                recorded under a name misspelt; says what fits.
        """
        return read_checked_row(self.inputs, self.columns, claim_or_facts)

    def __call__(self, claim: Claim, /) -> Award:
        """Return what the rules say, with the rule and what it read."""
        return self.decision(claim).award

    def decision(self, claim_or_facts: ClaimOrFacts) -> Decision:
        """Decide one claim, and keep what an auditor needs.

        Args:
            claim_or_facts: A claim, or facts by column name.

        Raises:
            MissingFactError: A fact is not recorded, and may not be missing.
            WrongFactError: A value is outside its domain; says what fits.
        """
        row = self.row(claim_or_facts)
        outcome = self.decider.outcome_of_row(row)
        rules = self.giving_rules(outcome, row)
        read = facts_of_row((*self.columns, *self.inputs), row)
        award = build_award(
            rules, row, self._facts_on_record(read), is_statutory=self.is_statutory
        )
        return Decision(
            outcome.label,
            award,
            self.hash,
            read,
            find_limit_of_only_discretion(rules, row),
        )

    def at_discretion(self, claim_or_facts: ClaimOrFacts, chosen: Money) -> Award:
        """Return what an agent chose within the bounds that the table leaves.

        Args:
            claim_or_facts: A claim, or facts by column name.
            chosen: What the agent gives for the one amount left to judgement.

        Raises:
            PolicyError: Nothing is left to judgement, or the sum is outside.
            CurrencyMismatchError: The sum is in another currency.
        """
        row = self.row(claim_or_facts)
        rules = self.giving_rules(self.decider.outcome_of_row(row), row)
        pays = [*iter_discretionary_pays(rules)]
        if len(pays) != 1:
            raise PolicyError(
                f"table {self.name!r} leaves {len(pays)} amounts to judgement here: "
                "an agent can choose where it leaves one"
            )
        least, most = discretion_range(pays[0], row)
        wanted: object = chosen
        if not isinstance(wanted, Money) or not least <= wanted <= most:
            raise PolicyError(
                f"{chosen!r} cannot be given: table {self.name!r} leaves {least} to "
                f"{most} to judgement"
            )
        record = self._facts_on_record(facts_of_row((*self.columns, *self.inputs), row))
        record["chosen"] = chosen
        return build_award(
            rules,
            row,
            record,
            is_statutory=self.is_statutory,
            chosen_minor_units={pays[0]: chosen.minor},
        )

    def giving_rules(
        self, outcome: RuleOutcome, row: Mapping[str, Plain]
    ) -> tuple[Rule, ...]:
        """Return the rules whose gifts are given: one alone where the most counts."""
        rules = outcome.rules
        if self.hit is Hit.MAX and len(rules) > 1:
            # Of equal ones max keeps the first, as the order of the rows says.
            return (
                max(rules, key=lambda rule: evaluate_in_minor_units(rule.worth, row)),
            )
        return rules

    def _facts_on_record(self, facts_read: Facts) -> dict[str, Fact]:
        return {**facts_read, "policy": f"{self.name} {self.hash}"}

    # ----------------------------------------------------------------- as text

    def explain(self, claim_or_facts: ClaimOrFacts) -> Explanation:
        """Return why the rule that decides does, and why each other does not.

        It asks, and raises, what `decision` does.
        """
        row = self.row(claim_or_facts)
        outcome = self.decider.outcome_of_row(row)
        return explain_decision(self, row, outcome, self.giving_rules(outcome, row))

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
