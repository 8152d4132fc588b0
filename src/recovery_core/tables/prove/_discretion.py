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
from .ways import (
    Way,
    iter_dearest_with_orders,
    iter_outcomes_with_boxes,
    list_way_if_possible,
)

__all__ = ["decide_at_discretion", "iter_ways_at_discretion"]


def iter_ways_at_discretion(policy: object) -> Iterator[Way]:
    """Walk the ways of a table by the most that an agent may give.

    Raises:
        PolicyError: It is no table: no agent chooses by what is made of several.
    """
    if not isinstance(policy, Table):
        raise PolicyError(
            f"{policy!r:.80} leaves no agent a choice: ask for at_discretion= of a "
            "Table alone"
        )
    for outcome, boxes, unless in iter_outcomes_with_boxes(policy):
        if policy.hit is Hit.MAX and len(outcome.rules) > 1:
            # ClaimNumber one speaks is settled before an agent chooses.
            sums = [() if r.worth is None else (r.worth,) for r in outcome.rules]
            speaking = zip(
                outcome.rules,
                iter_dearest_with_orders(outcome.rules, sums),
                strict=True,
            )
            for rule, (_, _, orders) in speaking:
                parts = _amounts_at_discretion([rule])
                yield from list_way_if_possible(
                    outcome.label, boxes, unless, parts, orders
                )
        else:
            yield from list_way_if_possible(
                outcome.label, boxes, unless, _amounts_at_discretion(outcome.rules)
            )


def _amounts_at_discretion(rules: Sequence[Rule]) -> tuple[Formula, ...]:
    """Return what rules cost together where an agent gives the most there is."""
    free = [*iter_discretionary_pays(rules)]
    if len(free) == 1:  # of several, none can be chosen
        rules = [
            attrs.evolve(
                rule,
                alternatives=[
                    _with_greatest_amount(gift, free[0]) for gift in rule.alternatives
                ],
                amends=[_with_greatest_amount(gift, free[0]) for gift in rule.amends],
            )
            for rule in rules
        ]
    worth = pooled_worth(rules)
    return () if worth is None else (worth,)


def _with_greatest_amount(gift: Gift, discretionary_pay: Pay) -> Gift:
    """Return the gift with all that an agent may give; any other gift as it is."""
    if gift is not discretionary_pay or discretionary_pay.discretion is None:
        return gift
    greatest = Greater((discretionary_pay.amount, discretionary_pay.discretion))
    return attrs.evolve(discretionary_pay, amount=greatest)


def decide_at_discretion(table: Table, facts: Facts) -> tuple[str, int]:
    """Return the rule by which a table decides, and the most an agent may give.

    Asked of the table itself, claim by claim, to check what was proved.

    Units: minor units.
    """
    decided = table.decision(facts)
    most = decided.at_discretion
    award = decided.award if most is None else table.at_discretion(facts, most)
    return decided.rule, 0 if award.worth is None else award.worth.minor
