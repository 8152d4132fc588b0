"""One case through the production engine, and what is seen of plugs on the way."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import attrs
import pytest

from recovery_core._domain.claim import Claim
from recovery_core._domain.money import Money
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core._domain.verdict import Action, Verdict
from recovery_core.abuse import ClaimVelocity
from recovery_core.errors import InvalidValueError
from recovery_core.process import State
from recovery_core.simulation.company import ClaimMemory, Company
from recovery_core.simulation.engine.case_driver import CaseDriver
from recovery_core.simulation.engine.situations import CustomerMove, Ending, Situation
from recovery_core.simulation.reactions import Handling
from tests.support.worlds import (
    NOTHING,
    company,
    euro,
    everything,
    ladder,
    refund,
    world,
)

PLAIN: Final = Situation(
    mode=0,
    cause=0,
    severity=4,
    facts=(1, 0),
    is_compound=False,
    tier=0,
    is_detected=False,
    step=5,
    history=0,
    awards=(),
    years=-1,
    blames_firm=False,
    has_proof=True,
    is_over=False,
)
VELOCITY: Final = ClaimVelocity(
    most=0, window=timedelta(days=400), action=Action.REVIEW
)


def walked(some: Company, *moves: CustomerMove, **changes: Any) -> Ending:
    """Walk a case, and say how it ended; it comes to the same as a step at a time."""
    driver, situation = CaseDriver(some, world()), attrs.evolve(PLAIN, **changes)
    case = driver.open_and_answer_case(situation)
    for move in moves:
        case = driver.make_move_and_answer(case, situation, move)
    return driver.build_ending(case, situation)


def test_an_offer_waits_for_its_answer() -> None:
    """After the company has answered, an offer stands, and nothing is given yet."""
    found = walked(company())
    assert found.is_open
    assert (found.offered, found.paid, found.worth) == (5_000, 0, 1.0)
    assert (found.response_hours, found.resolution_hours) == (24, 24)
    assert (found.rounds, found.cycle, found.escalations) == (1, 1, 0)
    assert found.owns
    assert not found.has_choice


def test_what_is_accepted_is_given() -> None:
    """An accepted offer is paid, and the case is resolved."""
    found = walked(company(habits={"decision_hours": 6}), CustomerMove.ACCEPT)
    assert not found.is_open
    assert found.handling is Handling.RESOLVED
    assert (found.offered, found.paid, found.resolution_hours) == (0, 5_000, 30)


def test_an_impasse_is_conceded_after_so_many_offers() -> None:
    """When the rounds are used up, nothing is given, and the case stays unresolved."""
    some = company(habits={"rounds": 2})
    assert walked(some, CustomerMove.CONTEST).rounds == 2
    found = walked(some, CustomerMove.CONTEST, CustomerMove.CONTEST)
    assert found.handling is Handling.UNRESOLVED
    assert (found.rounds, found.paid, found.offered) == (2, 0, 0)


def test_the_process_may_allow_fewer_offers_than_the_company() -> None:
    """A fourth offer is more than five steps allow: the claim is declined."""
    some = company(habits={"rounds": 9})
    found = walked(some, *[CustomerMove.CONTEST] * 3)
    assert found.handling is Handling.UNRESOLVED
    assert found.rounds == 3


def test_a_reopened_case_is_answered_again() -> None:
    """The second recovery costs what it gives, on top of the first."""
    found = walked(
        company(), CustomerMove.ACCEPT, CustomerMove.REOPEN, CustomerMove.ACCEPT
    )
    assert found.cycle == 2
    assert found.paid == 10_000
    assert found.resolution_hours == 48
    assert found.contacts > walked(company()).contacts


def test_nothing_due_is_declined() -> None:
    """Where the policy gives nothing, the claim is declined and fed back."""
    driver = CaseDriver(company(lambda claim: NOTHING), world())
    case = driver.open_and_answer_case(PLAIN)
    assert case.state == State.CLOSED
    assert case.feedback is not None
    assert driver.build_ending(case, PLAIN).handling is Handling.UNRESOLVED


@pytest.mark.parametrize(
    ("owns", "cause", "expected"),
    [
        *[("always", cause, True) for cause in (0, 1)],
        *[("never", cause, False) for cause in (0, 1)],
        *[("firm", 0, True), ("firm", 1, False)],
    ],
)
def test_apologies_own_what_they_are_told_to(
    owns: str, cause: int, *, expected: bool
) -> None:
    """Responsibility is owned always, never, or where the cause lies with the firm."""
    assert walked(company(habits={"apology_owns": owns}), cause=cause).owns is expected


# Who has to be asked


def test_a_lead_is_asked_where_the_agent_may_not() -> None:
    """Beyond the agent's authority, leave takes its time; then the offer stands."""
    found = walked(company(authority=ladder()))
    assert found.is_open
    assert (found.escalations, found.resolution_hours) == (1, 48)
    assert walked(company(authority=ladder()), severity=1).escalations == 0


def test_what_nobody_may_give_is_declined() -> None:
    """Where the lead may not either, it is denied, and the denial is on record."""
    driver = CaseDriver(company(authority=ladder(lead="45.00")), world())
    case = driver.open_and_answer_case(PLAIN)
    assert case.state == State.CLOSED
    assert "not to be given" in case.explain()
    assert driver.build_ending(case, PLAIN).handling is Handling.UNRESOLVED


def test_an_award_that_changes_with_the_hours_is_approved_anew() -> None:
    """What has changed while the lead was asked is approved on the spot."""
    some = company(everything, authority=ladder())
    found = walked(some)
    assert found.is_open
    assert (found.escalations, found.resolution_hours) == (2, 48)


def test_what_the_law_grants_is_given_whatever_is_denied() -> None:
    """A doubted claim without proof is left what no verdict may touch."""
    some = company(lawful, abuse=VELOCITY)
    assert walked(some).offered == 2_500 + 6_000
    found = walked(some, history=1, has_proof=False)
    assert found.is_open
    assert found.offered == 2_500
    assert found.action is Action.REVIEW


def lawful(claim: Claim) -> Award:
    """Give half as the law has it, and some cash."""
    part = refund(Fraction(1, 2), claim)
    assert part is not None
    return Award(
        alternatives=(attrs.evolve(part, is_statutory=True),),
        amends=(Remedy(RemedyKind.CASH, euro("60.00")),),
    )


def content(claim: Claim) -> Verdict:
    """Be content with any evidence."""
    if claim.evidence:
        return Verdict()
    return Verdict(action=Action.ASK_EVIDENCE, reasons=(Reason("bare", "show it"),))


def test_evidence_settles_a_doubt_at_once() -> None:
    """With proof, the offer is made without asking anybody else."""
    found = walked(company(abuse=content))
    assert found.is_open
    assert found.resolution_hours == 24
    without = walked(company(abuse=content), has_proof=False)
    assert without.handling is Handling.UNRESOLVED


def test_evidence_does_not_give_leave() -> None:
    """Where the agent may not give it, the lead is asked after the evidence."""
    found = walked(company(abuse=content, authority=ladder()))
    assert found.is_open
    assert (found.escalations, found.resolution_hours) == (2, 48)


def test_an_offer_runs_out_while_the_customer_thinks() -> None:
    """An offer that has run out cannot be accepted: another one is made, or none."""
    habits = {"decision_hours": 12, "rounds": 2}
    some = company(offer_valid_for=timedelta(hours=10), habits=habits)
    second = walked(some, CustomerMove.ACCEPT)
    assert second.is_open
    assert second.rounds == 2
    last = walked(some, CustomerMove.ACCEPT, CustomerMove.ACCEPT)
    assert (last.handling, last.paid) == (Handling.UNRESOLVED, 0)
    longer = company(offer_valid_for=timedelta(hours=13), habits=habits)
    assert walked(longer, CustomerMove.ACCEPT).paid == 5_000


# What it costs


@pytest.mark.parametrize(
    "remedy",
    [
        Remedy(RemedyKind.REPLACEMENT),
        Remedy(RemedyKind.REDO),
        Remedy(RemedyKind.POINTS, points=100),
        Remedy(RemedyKind.DISCOUNT, basis_points=100),
        Remedy(RemedyKind.CASH, euro("1.00")),
        Remedy(RemedyKind.CARE, euro("1.00")),
    ],
    ids=str,
)
def test_nothing_that_costs_is_given_when_the_money_is_gone(remedy: Remedy) -> None:
    """Beyond the budget, whatever costs is objected to, in money or in kind."""
    some = company(lambda claim: Award(alternatives=(remedy,)))
    assert walked(some).offered > 0
    found = walked(some, is_over=True)
    # Care is out of reach for any objection, but it was objected to.
    assert found.is_open is (remedy.kind is RemedyKind.CARE)
    assert found.escalations == 1
    assert found.paid == 0


def test_kindness_is_free() -> None:
    """Care and explanations without a value are given whatever the budget is."""
    kind = Award(
        amends=(Remedy(RemedyKind.CARE), Remedy(RemedyKind.EXPLANATION)),
    )
    found = walked(company(lambda claim: kind), is_over=True)
    assert found.is_open
    assert (found.offered, found.worth, found.escalations) == (0, 0.0, 0)


@pytest.mark.parametrize(
    ("remedy", "cost", "worth"),
    [
        (Remedy(RemedyKind.REPLACEMENT), 5_000, 1.0),
        (Remedy(RemedyKind.REPAIR, euro("20.00")), 2_000, 0.4),
        (Remedy(RemedyKind.POINTS, points=500), 250, 0.05),
        (Remedy(RemedyKind.DISCOUNT, basis_points=1_000), 6_000, 1.2),
        (Remedy(RemedyKind.DISCOUNT, euro("5.00")), 500, 0.1),
        (Remedy(RemedyKind.EXPLANATION), 0, 0.0),
    ],
    ids=str,
)
def test_a_remedy_costs_what_it_is_worth(
    remedy: Remedy, cost: int, worth: float
) -> None:
    """A replacement counts as the loss, a discount for a year, points as they cost."""
    some = company(
        lambda claim: Award(
            alternatives=(remedy, Remedy(RemedyKind.CASH, euro("9.00")))
        ),
        habits={"point_cost": Fraction(1, 2)},
    )
    found = walked(some)
    assert (found.offered, found.worth) == (cost, worth)
    assert found.has_choice


def test_a_policy_pays_in_the_currency_of_the_world() -> None:
    """An award in another currency than the tiers' prices ends the run."""
    dollars = Remedy(RemedyKind.CASH, Money("1.00", "USD"))
    with pytest.raises(InvalidValueError, match="give tiers with a price in that"):
        walked(company(lambda claim: Award(alternatives=(dollars,))))


# What is seen of the customer


def test_customers_look_as_the_records_have_them() -> None:
    """Tier, exposure, years and earlier claims are shown, and nothing else."""
    records = ClaimMemory(months=4, amounts=True, tenure=True)
    driver = CaseDriver(company(habits={"records": records}), world())
    shown = attrs.evolve(PLAIN, tier=1, history=0b10_00_01, awards=(700, 0), years=2)
    customer = driver.find_or_build_customer(shown)
    assert customer.since == date(2024, 1, 1)
    assert (customer.tier, customer.encounters) == ("gold", 36)
    claims = [(c.on, c.awarded, c.was_confirmed) for c in customer.claims]
    assert claims == [
        (world().start_date - timedelta(days=90), euro("7.00"), True),
        (world().start_date - timedelta(days=30), euro("0.00"), False),
    ]
    assert driver.find_or_build_customer(PLAIN).since is None


def test_no_claim_is_for_less_than_nothing() -> None:
    """Where nothing was lost, what is given is worth as if a cent had been."""
    free = world(
        {
            "tiers": [
                attrs.evolve(t, price=euro("0.00")) for t in world().population.tiers
            ]
        }
    )
    driver = CaseDriver(
        company(lambda claim: Award(amends=(Remedy(RemedyKind.CASH, euro("0.05")),))),
        free,
    )
    assert driver.build_ending(driver.open_and_answer_case(PLAIN), PLAIN).worth == 5.0
