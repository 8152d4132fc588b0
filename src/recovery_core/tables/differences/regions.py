"""Where two tables decide differently: every region, each with a claim in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from ..._domain.money import Money
from ..._domain.reason import Fact
from ..._readable import readable
from ...errors import PolicyError
from .. import wording
from ..amounts import Formula
from ..decision import RuleOutcome
from ..rule_sets import Mask, StepBudget, TooManyStepsError, lowest_pieces_by_rule_set
from ..rules import Hit, Pay
from ..table import Table
from ._rules_in_play import RulesInPlay
from .levels import Level, iter_levels
from .paired_columns import Row, TablePair
from .witness_search import (
    PROVED_EQUAL,
    OutcomePair,
    WitnessSearch,
    outcome_pair_of_rule_set,
)

__all__ = ["Region", "iter_regions", "to_plain_value"]

_ALL_SETS: Final = 100_000
_MOST_STEPS: Final = 200_000
_MOST_PAIRS: Final = 1 << 14


@attrs.frozen
class Region:
    """Claims that one rule decided and another decides, or that are paid otherwise.

    Args:
        old: The rule that decided; several are joined.
        new: The rule that decides now.
        witness: The smallest claim that shows it, of those that were looked at.
        old_pays: What it was worth there; None where nothing has a value.
        new_pays: What it is worth now.
        old_gives: What was given, in words.
        new_gives: What is given now, in words.
        note: What else there is to know; empty where there is nothing.
        is_alike: Whether it is proved that the same is given all the same, though by
            another formula.
    """

    old: str
    new: str
    witness: Mapping[str, Fact | None]
    old_pays: Money | None
    new_pays: Money | None
    old_gives: str
    new_gives: str
    note: str = ""
    is_alike: bool = False

    @property
    def claim(self) -> dict[str, str]:
        """The claim in words."""
        return {name: _format_fact(value) for name, value in self.witness.items()}

    def __str__(self) -> str:
        claim = ", ".join(f"{name}={value}" for name, value in self.claim.items())
        pays = f"{format_payment(self.old_pays)} -> {format_payment(self.new_pays)}"
        note = f" ({self.note})" if self.note else ""
        return readable(
            f"{self.old} -> {self.new}: {pays}, for example {claim or 'always'}{note}"
        )


def to_plain_value(fact: Fact | None) -> object:
    """Return a fact as JSON can hold it."""
    is_plain = fact is None or isinstance(fact, bool | int | str)
    return fact if is_plain else str(fact)


def _format_fact(fact: Fact | None) -> str:
    """Return a fact in words."""
    if fact is None:
        return "missing"
    return ("yes" if fact else "no") if isinstance(fact, bool) else str(fact)


def format_payment(pays: Money | None) -> str:
    """Return an amount in words."""
    return "nothing" if pays is None else str(pays)


def iter_regions(tables: TablePair) -> Iterator[Region]:
    """Walk every pair of outcomes that differ, each with a claim that shows it.

    Exact over the conditions of both tables together; the amounts are compared at
    the claims that are tried, and by a proof where z3 is installed.

    Raises:
        PolicyError: Their rules hold together in more ways than could be walked.
    """
    first_values: Row = {
        key: tables.lowest_common_value(key) for key in tables.column_pairs_by_key
    }
    rows_by_labels: dict[tuple[str, str], tuple[OutcomePair, list[Row]]] = {}
    for mask, pieces in _pieces_by_rule_set(tables, [*iter_levels(tables)]).items():
        pair = outcome_pair_of_rule_set(tables, mask)
        row = first_values.copy()
        for piece in pieces:
            row |= piece
        labels = pair[0].label, pair[1].label
        rows_by_labels.setdefault(labels, (pair, []))[1].append(row)
        if len(rows_by_labels) > _MOST_PAIRS:
            why = f"they decide in more than {_MOST_PAIRS:,} ways together"
            raise _too_many_ways_error(tables, why)
    for pair, rows in rows_by_labels.values():
        if pair[0].label != pair[1].label or not _are_same_gifts(tables, pair):
            region = _region_or_none(WitnessSearch(tables, pair), rows)
            if region is not None:
                yield region


def _pieces_by_rule_set(
    tables: TablePair, levels: Sequence[Level]
) -> Mapping[Mask, Sequence[Row]]:
    """Return the sets of rules of both tables that hold together, with values there.

    All of them, as long as they are not too many: each has a claim to look at. Else
    those that decide alike are one.
    """
    try:
        return lowest_pieces_by_rule_set(
            levels, tables.all_rules_mask, StepBudget(_ALL_SETS)
        )
    except TooManyStepsError:
        drop_settled = RulesInPlay(tables, levels).without_rules_that_cannot_decide
    try:
        return lowest_pieces_by_rule_set(
            levels, tables.all_rules_mask, StepBudget(_MOST_STEPS), drop_settled
        )
    except TooManyStepsError:
        why = f"to walk their rules takes more than {_MOST_STEPS:,} steps"
        raise _too_many_ways_error(tables, why) from None


def _too_many_ways_error(tables: TablePair, reason: str) -> PolicyError:
    """Build the error for tables that decide in too many ways together."""
    return PolicyError(
        f"{tables.old.name!r} and {tables.new.name!r} cannot be compared: {reason}; "
        "make choices of flags that exclude each other, or compare tables that are "
        "parts of them"
    )


def _are_same_gifts(tables: TablePair, pair: OutcomePair) -> bool:
    """Return whether two outcomes give the same things, and as many of them."""
    old_gifts, new_gifts = (
        [(rule.alternatives, rule.amends) for rule in outcome.rules] for outcome in pair
    )
    # Of several rules of such a table one is given, of others all are.
    is_choice = [
        table.hit is Hit.MAX and len(outcome.rules) > 1
        for table, outcome in zip((tables.old, tables.new), pair, strict=True)
    ]
    return old_gifts == new_gifts and is_choice[0] == is_choice[1]


def _list_gifts_without_amounts(outcome: RuleOutcome) -> list[object]:
    """List what is given without the amounts, where one amount alone is given."""
    gifts = [gift for rule in outcome.rules for gift in rule.gifts]
    return [
        (g.kind, g.what, g.discretion, g.is_statutory) if isinstance(g, Pay) else g
        for g in gifts
    ]


def _describe_gifts(table: Table, outcome: RuleOutcome) -> str:
    """Return in words what an outcome of a table gives."""
    separator = " or " if table.hit is Hit.MAX else " + "
    return separator.join(wording.format_gifts(rule) for rule in outcome.rules)


def _region_or_none(search: WitnessSearch, rows: list[Row]) -> Region | None:
    """Return where two outcomes differ; None where no claim can fall there."""
    (old, new), tables = search.outcome_pair, search.tables
    row, note = search.find_witness_and_note(rows)
    if row is None:
        return None
    old_cost, new_cost = search.old_and_new_cost(row)
    old_gifts = _list_gifts_without_amounts(old)
    new_gifts = _list_gifts_without_amounts(new)
    is_alike = note == PROVED_EQUAL and old.label == new.label
    if (
        not note
        and old_cost == new_cost
        and _are_same_gifts(tables, search.outcome_pair)
    ):
        note = "the same is given"
    return Region(
        old.label,
        new.label,
        search.facts_by_column_name(row, with_computed="not traced" in note),
        _to_money_or_none(old.worth, old_cost),
        _to_money_or_none(new.worth, new_cost),
        _describe_gifts(tables.old, old),
        _describe_gifts(tables.new, new),
        note,
        is_alike and old_gifts == new_gifts and len(old_gifts) == 1,
    )


def _to_money_or_none(worth: Formula | None, cost: int) -> Money | None:
    return None if worth is None else Money.from_minor(cost, worth.currency)
