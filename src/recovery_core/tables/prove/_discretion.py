"""What a table pays where an agent gives the most that is left to judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ..._domain.reason import Facts
from ...errors import PolicyError
from ..amounts import Formula, Greater
from ..decision import iter_discretionary_pays
from ..rules import Gift, Hit, Pay, Rule, pooled_worth
from ..table import Table
from .ways import Way, dearest, narrowed, outcomes

__all__ = ["at_the_most", "raised"]


def raised(policy: object) -> Iterator[Way]:
    """Walk the ways of a table by the most that an agent may give.

    Raises:
        PolicyError: It is no table: no agent chooses by what is made of several.
    """
    if not isinstance(policy, Table):
        raise PolicyError(
            f"{policy!r:.80} leaves no agent a choice: ask for at_discretion= of a "
            "Table alone"
        )
    for outcome, boxes, unless in outcomes(policy):
        if policy.hit is Hit.MAX and len(outcome.rules) > 1:
            # Which one speaks is settled before an agent chooses.
            sums = [() if r.worth is None else (r.worth,) for r in outcome.rules]
            speaking = zip(outcome.rules, dearest(outcome.rules, sums), strict=True)
            for rule, (_, _, orders) in speaking:
                parts = _most([rule])
                yield from narrowed(outcome.label, boxes, unless, parts, orders)
        else:
            yield from narrowed(outcome.label, boxes, unless, _most(outcome.rules))


def _most(rules: Sequence[Rule]) -> tuple[Formula, ...]:
    """Return what rules cost together where an agent gives the most there is."""
    free = [*iter_discretionary_pays(rules)]
    if len(free) == 1:  # of several, none can be chosen
        rules = [
            attrs.evolve(
                rule,
                alternatives=[_topped(gift, free[0]) for gift in rule.alternatives],
                amends=[_topped(gift, free[0]) for gift in rule.amends],
            )
            for rule in rules
        ]
    worth = pooled_worth(rules)
    return () if worth is None else (worth,)


def _topped(gift: Gift, free: Pay) -> Gift:
    if gift is not free or free.discretion is None:
        return gift
    return attrs.evolve(free, amount=Greater((free.amount, free.discretion)))


def at_the_most(table: Table, facts: Facts) -> tuple[str, int]:
    """Ask a table itself: the rule that decides, and the most an agent may give."""
    decided = table.decision(facts)
    most = decided.at_discretion
    award = decided.award if most is None else table.at_discretion(facts, most)
    return decided.rule, 0 if award.worth is None else award.worth.minor
