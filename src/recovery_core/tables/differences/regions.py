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
from ._settling import RulesInPlay
from .paired_columns import Joint, Level, Row
from .witness_search import ALIKE, Pair, WitnessSearch, outcomes

__all__ = ["Region", "plain", "regions"]

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
        return {name: _fact_text(value) for name, value in self.witness.items()}

    def __str__(self) -> str:
        claim = ", ".join(f"{name}={value}" for name, value in self.claim.items())
        pays = f"{_sum(self.old_pays)} -> {_sum(self.new_pays)}"
        note = f" ({self.note})" if self.note else ""
        return readable(
            f"{self.old} -> {self.new}: {pays}, for example {claim or 'always'}{note}"
        )


def plain(value: Fact | None) -> object:
    """Return a fact as JSON can hold it."""
    is_plain = value is None or isinstance(value, bool | int | str)
    return value if is_plain else str(value)


def _fact_text(value: Fact | None) -> str:
    if value is None:
        return "missing"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _sum(pays: Money | None) -> str:
    return "nothing" if pays is None else str(pays)


def regions(joint: Joint) -> Iterator[Region]:
    """Walk every pair of outcomes that differ, each with a claim that shows it.

    Exact over the conditions of both tables together; the amounts are compared at
    the claims that are tried, and by a proof where z3 is installed.

    Raises:
        PolicyError: Their rules hold together in more ways than could be walked.
    """
    first: Row = {key: joint.first(key) for key in joint.columns}
    found: dict[tuple[str, str], tuple[Pair, list[Row]]] = {}
    for mask, parts in _walked(joint, [*joint.levels()]).items():
        pair = outcomes(joint, mask)
        row = first.copy()
        for part in parts:
            row |= part
        labels = pair[0].label, pair[1].label
        found.setdefault(labels, (pair, []))[1].append(row)
        if len(found) > _MOST_PAIRS:
            why = f"they decide in more than {_MOST_PAIRS:,} ways together"
            raise _too_many(joint, why)
    for pair, rows in found.values():
        if pair[0].label != pair[1].label or not _is_same_gift(joint, pair):
            yield from _region(WitnessSearch(joint, pair), rows)


def _walked(joint: Joint, levels: Sequence[Level]) -> Mapping[Mask, Sequence[Row]]:
    """Walk the sets of rules of both tables that hold together.

    All of them, as long as they are not too many: each has a claim to look at. Else
    those that decide alike are one.
    """
    try:
        return lowest_pieces_by_rule_set(levels, joint.every, StepBudget(_ALL_SETS))
    except TooManyStepsError:
        settled = RulesInPlay(joint, levels).settled
    try:
        return lowest_pieces_by_rule_set(
            levels, joint.every, StepBudget(_MOST_STEPS), settled
        )
    except TooManyStepsError:
        why = f"to walk their rules takes more than {_MOST_STEPS:,} steps"
        raise _too_many(joint, why) from None


def _too_many(joint: Joint, why: str) -> PolicyError:
    return PolicyError(
        f"{joint.old.name!r} and {joint.new.name!r} cannot be compared: {why}; make "
        "choices of flags that exclude each other, or compare tables that are parts "
        "of them"
    )


def _is_same_gift(joint: Joint, pair: Pair) -> bool:
    """Return whether two outcomes give the same things, and as many of them."""
    mine, theirs = (
        [(rule.alternatives, rule.amends) for rule in outcome.rules] for outcome in pair
    )
    is_max = [
        table.hit is Hit.MAX and len(outcome.rules) > 1
        for table, outcome in zip((joint.old, joint.new), pair, strict=True)
    ]
    return mine == theirs and is_max[0] == is_max[1]


def _kinds(outcome: RuleOutcome) -> list[object]:
    """List what is given without the amounts, where one amount alone is given."""
    gifts = [gift for rule in outcome.rules for gift in rule.gifts]
    return [
        (g.kind, g.what, g.discretion, g.is_statutory) if isinstance(g, Pay) else g
        for g in gifts
    ]


def _given(table: Table, outcome: RuleOutcome) -> str:
    joined = " or " if table.hit is Hit.MAX else " + "
    return joined.join(wording.gifts(rule) for rule in outcome.rules)


def _region(search: WitnessSearch, rows: list[Row]) -> Iterator[Region]:
    (old, new), joint = search.pair, search.joint
    row, note = search.witness(rows)
    if row is None:
        return
    before, after = search.costs(row)
    kinds = _kinds(old), _kinds(new)
    is_alike = note == ALIKE and old.label == new.label
    if not note and before == after and _is_same_gift(joint, search.pair):
        note = "the same is given"
    yield Region(
        old.label,
        new.label,
        search.facts(row, is_traced="not traced" not in note),
        _pays(old.worth, before),
        _pays(new.worth, after),
        _given(joint.old, old),
        _given(joint.new, new),
        note,
        is_alike and kinds[0] == kinds[1] and len(kinds[0]) == 1,
    )


def _pays(worth: Formula | None, cost: int) -> Money | None:
    return None if worth is None else Money.from_minor(cost, worth.currency)
