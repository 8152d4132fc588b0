"""The failures and claims of one month of a block: columns that fill step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from .interning import Ints

__all__ = ["MonthBatch"]


@attrs.define(eq=False, repr=False)
class MonthBatch:
    """What happened to the customers of a block in one month: a row for each incident.

    Genuine failures come first, false claims behind them. The first five columns are
    there from the beginning; drawing, settling and reacting set the others in turn.

    Args:
        customer: The customer, from 0 in the block.
        month: The month, the same in every row.
        risk: The number of the failure's cause in `World.risks`.
        is_genuine: 1 for a failure, 0 for a claim that is made up.
        rows: What is known of each customer, a row as `STATE` names its places.
        severity: As `Severity`, from 0.
        facts: The values of the failure's facts, as one number.
        is_compound: Whether something else failed with it.
        tier: The customer's tier.
        blames_firm: Whether the customer lays it to the firm.
        has_proof: Whether the claim comes with proof.
        is_confirmed: Whether it goes on record as real.
        is_insatiable: Whether the customer is never satisfied.
        expectation: Which of the expectations the customer has.
        satisfaction_before: Cumulative satisfaction before, in parts of `ONE`.
        is_detected: Whether the company noticed first.
        is_claim: Whether the company hears of it.
        recent_failures: How many earlier failures are remembered, 2 at most.
        last_recovery: 0 without an earlier failure, 1 if it was not made good, 2 if so.
        relation: How strong the relationship is, in halves.
        years: Whole years of it, from 1; 0 where not recorded.
        waited: Seconds until the company answers.
        step: Which of the hours of the grid that is.
        empathy: How well the one who answers listens, in quarters.
        is_over: Whether the branch has no budget left.
        case: The number of how the case stands; see `Tables.ending`.
        at_once: Satisfaction right after, in parts of `ONE`.
        after: Cumulative satisfaction after, in parts of `ONE`.
        paid: What was given, in minor units.
        nth: How many failures the customer has had by now.
        stays: Whether the customer is still there at the end of the month.

    Shape: one number for each incident, but for `rows`.
    """

    customer: Ints
    month: Ints
    risk: Ints
    is_genuine: Ints
    rows: Ints
    severity: Ints = attrs.field(init=False)
    facts: Ints = attrs.field(init=False)
    is_compound: Ints = attrs.field(init=False)
    tier: Ints = attrs.field(init=False)
    blames_firm: Ints = attrs.field(init=False)
    has_proof: Ints = attrs.field(init=False)
    is_confirmed: Ints = attrs.field(init=False)
    is_insatiable: Ints = attrs.field(init=False)
    expectation: Ints = attrs.field(init=False)
    satisfaction_before: Ints = attrs.field(init=False)
    is_detected: Ints = attrs.field(init=False)
    is_claim: Ints = attrs.field(init=False)
    recent_failures: Ints = attrs.field(init=False)
    last_recovery: Ints = attrs.field(init=False)
    relation: Ints = attrs.field(init=False)
    years: Ints = attrs.field(init=False)
    waited: Ints = attrs.field(init=False)
    step: Ints = attrs.field(init=False)
    empathy: Ints = attrs.field(init=False)
    is_over: Ints = attrs.field(init=False)
    case: Ints = attrs.field(init=False)
    at_once: Ints = attrs.field(init=False)
    after: Ints = attrs.field(init=False)
    paid: Ints = attrs.field(init=False)
    nth: Ints = attrs.field(init=False)
    stays: Ints = attrs.field(init=False)

    def columns_by_name(
        self, names: Iterable[str], rows: Any = slice(None)
    ) -> dict[str, Ints]:
        """Return some of the columns by name.

        Args:
            names: Which columns.
            rows: A slice or the places of the rows; all of them unless given.
        """
        return {name: getattr(self, name)[rows] for name in names}
