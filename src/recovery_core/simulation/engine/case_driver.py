"""One case through the production engine, as far as the customer's next move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import attrs

from ..._domain.attribution import Attribution, Cause, Locus, Party
from ..._domain.basis_points import BASIS_POINTS
from ..._domain.case import Case
from ..._domain.customer import Customer, PastClaim
from ..._domain.events import ApprovalRequest
from ..._domain.failure import Detection, ServiceFailure, Severity
from ..._domain.money import Money
from ..._domain.reason import Reason
from ..._domain.remedy import Award, Remedy
from ..._domain.verdict import Action
from ...engine import RecoveryEngine
from ...errors import (
    InvalidValueError,
    MissingFactError,
    TransitionNotAllowedError,
)
from ...process import State
from ..company import Company
from ..reactions import Handling
from ..world.world import FailureMode, World
from .plug_memo import Inquiry
from .situations import CustomerMove, Ending, Situation

__all__ = ["CaseDriver"]

_MONTH: Final = timedelta(days=30)
_NOON: Final = time(12, tzinfo=UTC)


def _object_to_award_that_costs(
    award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
) -> tuple[Reason, ...]:
    """Object to everything that costs: the budget is used up."""
    if all(remedy.kind.is_humane and remedy.value is None for remedy in award.remedies):
        return ()
    return (Reason("budget-exhausted", "the branch has no budget left this month"),)


class CaseDriver:
    """A driver that takes cases through a company's engine, in a world's time.

    Args:
        company: Whose engine.
        world: Whose failures and customers.
        inquiry: Through which to ask the plugs; None to leave them alone.
    """

    company: Company
    world: World
    engine: RecoveryEngine
    currency: str

    def __init__(
        self, company: Company, world: World, inquiry: Inquiry | None = None
    ) -> None:
        """Return the engine a clock of ours."""
        self.company, self.world, self._inquiry = company, world, inquiry
        self._keeps_amounts = company.keeps_amounts
        self._customers: dict[tuple[Any, ...], Customer] = {}
        self._failures: dict[tuple[Any, ...], ServiceFailure] = {}
        self._start = datetime.combine(world.start_date, _NOON)
        self._now = self._start
        engine = company.engine
        if inquiry is not None:
            engine = inquiry.with_watched_plugs(
                engine, self._failure_customer_and_case_id
            )
        self.engine = attrs.evolve(engine, clock=self._read_clock)
        self._engine_without_budget = attrs.evolve(
            self.engine, authority=_object_to_award_that_costs
        )
        tiers = world.population.tiers
        self._prices = tuple(tier.price.minor for tier in tiers)
        self._sales = tuple(tier.annual_sales.minor for tier in tiers)
        self.currency = world.population.currency
        for amount in (company.budget, company.acquisition_cost):
            if amount is not None and amount.currency != self.currency:
                raise InvalidValueError(
                    f"{company.name} counts on {amount}, and the world counts in "
                    f"{self.currency}: give budget and acquisition in that currency"
                )

    def _read_clock(self) -> datetime:
        return self._now

    # --------------------------------------------------------------- what is known

    def mode_of(self, situation: Situation) -> FailureMode:
        """Return the failure mode of a situation."""
        return self.world.modes[situation.mode]

    def cause_of(self, situation: Situation) -> Cause:
        """Return the cause behind a situation."""
        return self.mode_of(situation).causes[situation.cause]

    def find_or_build_failure(self, situation: Situation) -> ServiceFailure:
        """Report the failure of a situation; all of one sort look the same."""
        sort = situation.of_failure
        found = self._failures.get(sort)
        if found is None:
            found = self._failures[sort] = self._build_failure(situation)
        return found

    def _build_failure(self, situation: Situation) -> ServiceFailure:
        mode = self.mode_of(situation)
        loss = Money.from_minor(self.loss_in_minor_units(situation), self.currency)
        facts = {
            name: spread.values[place]
            for (name, spread), place in zip(mode.facts, situation.facts, strict=True)
        }
        found = Detection.COMPANY if situation.is_detected else Detection.COMPLAINT
        return ServiceFailure(
            mode.what,
            kind=mode.kind,
            severity=Severity(situation.severity),
            loss=loss,
            occurred_on=self.world.start_date,
            detection=found,
            touchpoint=mode.touchpoint,
            causes=(self.cause_of(situation),),
            facts=facts,
        )

    def loss_in_minor_units(self, situation: Situation) -> int:
        """Return what was lost, in minor units, rounded down."""
        share = self.mode_of(situation).loss
        price = self._prices[situation.tier]
        return price * share.numerator // share.denominator

    def find_or_build_customer(self, situation: Situation) -> Customer:
        """Show the customer as the records do; all of one sort look the same."""
        sort = situation.tier, situation.years, situation.history, situation.awards
        found = self._customers.get(sort)
        if found is None:
            found = self._customers[sort] = self._build_customer_on_record(situation)
        return found

    def _build_customer_on_record(self, situation: Situation) -> Customer:
        tier = self.world.population.tiers[situation.tier]
        years, on = situation.years, self.world.start_date
        return Customer(
            "customer",
            since=None if years < 0 else on.replace(year=on.year - years, day=1),
            tier=tier.name,
            encounters=12 * tier.encounters,
            claims=tuple(self._iter_past_claims(situation)),
            annual_sales=tier.annual_sales,
            annual_margin=tier.annual_margin,
        )

    def _iter_past_claims(self, situation: Situation) -> Iterable[PastClaim]:
        amounts = iter(situation.awards)
        for age in range(self.company.records.months, 0, -1):
            mark = situation.history >> 2 * (age - 1) & 3
            if not mark:
                continue
            day, was_confirmed = self.world.start_date - age * _MONTH, mark == 2  # noqa: PLR2004
            award = None
            if self._keeps_amounts:
                award = Money.from_minor(next(amounts), self.currency)
            yield PastClaim(day, awarded=award, was_confirmed=was_confirmed)

    def _failure_customer_and_case_id(self, situation: Situation) -> Mapping[str, Any]:
        """Return what a claim shows of a situation, and nothing of its way so far."""
        return {
            "failure": self.find_or_build_failure(situation),
            "customer": self.find_or_build_customer(situation),
            "case_id": self._describe_case(situation),
        }

    # ------------------------------------------------------------------ the company

    def open_and_answer_case(self, situation: Situation) -> Case:
        """Open a case, and take it as far as an offer, or to its end."""
        self._set_situation_of_inquiry(situation)
        self._now = self._start
        failure, customer = (
            self.find_or_build_failure(situation),
            self.find_or_build_customer(situation),
        )
        case = self.engine.open(
            failure, customer, case_id=self._describe_case(situation)
        )
        if situation.blames_firm:
            case = self.engine.perceive(case, Attribution.to(Party.FIRM))
        return self._acknowledge_apologize_and_offer(case, situation)

    def make_move_and_answer(
        self, case: Case, situation: Situation, move: CustomerMove
    ) -> Case:
        """Make the customer's move, and the company's steps that follow."""
        engine = self.engine
        self._set_situation_of_inquiry(situation)
        self._now = case.log[-1][1] + timedelta(hours=self.company.decision_hours)
        if move is CustomerMove.REOPEN:
            return self._acknowledge_apologize_and_offer(
                engine.reopen(case, "it is not put right"), situation
            )
        if case.offer is not None and case.offer.is_expired(self._now):
            case = engine.lapse(case)
        elif move is CustomerMove.CONTEST:
            case = engine.contest(case, "this does not make up for it")
        else:
            case = engine.make_amends(
                engine.accept(case, alternative=_first_alternative_or_none(case))
            )
            return self._feed_back_cause(case, situation)
        if case.round < self.company.rounds:
            return self._offer_or_decline(case, situation)
        case = engine.concede(case, "no offer was found good enough")
        return self._feed_back_cause(case, situation)

    def _describe_case(self, situation: Situation) -> str:
        """Describe what a case is about, for whoever reads an error."""
        mode, severity = self.mode_of(situation), Severity(situation.severity)
        tier = self.world.population.tiers[situation.tier].name
        cause = self.cause_of(situation).name
        return f"{mode.what} ({cause}, {severity.name.lower()}, {tier})"

    def _set_situation_of_inquiry(self, situation: Situation) -> None:
        if self._inquiry is not None:
            self._inquiry.situation = situation

    def _acknowledge_apologize_and_offer(
        self, case: Case, situation: Situation
    ) -> Case:
        company, engine = self.company, self.engine
        self._now += timedelta(hours=company.response_hours_grid[situation.step])
        case = engine.acknowledge(case, by=company.agent)
        case = engine.apologize(
            case,
            by=company.agent,
            owns_responsibility=self.owns_responsibility(situation),
        )
        return self._offer_or_decline(case, situation)

    def owns_responsibility(self, situation: Situation) -> bool:
        """Return whether the apology owns responsibility."""
        owns = self.company.apology_owns
        if owns == "firm":
            return self.cause_of(situation).locus is Locus.FIRM
        return owns == "always"

    def _offer_or_decline(self, case: Case, situation: Situation) -> Case:
        """Offer what can be offered, and decline where nothing can."""
        engine = self._engine_without_budget if situation.is_over else self.engine
        try:
            case = engine.offer(case, by=self.company.agent)
        except TransitionNotAllowedError as refused:
            return self._assess_decline_and_feed_back(
                case, situation, refused.reasons[-1].text
            )
        except MissingFactError as missing:
            what, name = self.mode_of(situation).what, missing.name
            raise InvalidValueError(
                f"the policy asks for the fact {name!r}, which {what!r} does not have: "
                f"give FailureMode(what={what!r}, facts={{{name!r}: ...}}), or ask "
                "with .get()"
            ) from missing
        if case.pending_approval is not None:
            case = self._seek_proof_and_approval(engine, case, situation)
        if case.state == State.OFFERED:
            return case
        return self._assess_decline_and_feed_back(case, situation, "nobody may give it")

    def _assess_decline_and_feed_back(
        self, case: Case, situation: Situation, why: str
    ) -> Case:
        agent = self.company.agent
        case = self.engine.assess(case, by=agent)
        return self._feed_back_cause(
            self.engine.decline(case, why, by=agent), situation
        )

    def _seek_proof_and_approval(
        self, engine: RecoveryEngine, case: Case, situation: Situation
    ) -> Case:
        """Ask for proof, then for approval, and offer what is left."""
        action = Action.CLEAR if case.verdict is None else case.verdict.action
        if action > Action.NOTE and self._inquiry is not None:
            # From here on it makes a difference whether there is proof.
            self._inquiry.record_proof_request()
        if action is Action.ASK_EVIDENCE and situation.has_proof:
            case = self._offer_if_possible(
                engine, engine.submit_evidence(case, "a proof")
            )
        if case.state == State.OFFERED:
            return case
        self._now += timedelta(hours=self.company.approval_hours)
        is_doubted = action > Action.NOTE and not situation.has_proof
        case = self._approve_or_deny_then_offer(engine, case, is_doubted=is_doubted)
        if case.pending_approval is not None:  # the award has changed with the hours
            case = self._approve_or_deny_then_offer(engine, case, is_doubted=is_doubted)
        return case

    def _approve_or_deny_then_offer(
        self, engine: RecoveryEngine, case: Case, *, is_doubted: bool
    ) -> Case:
        approver = self.company.approver
        answered = None if is_doubted else _approve_or_none(engine, case, approver)
        if answered is None:
            answered = engine.deny(case, "not to be given", by=approver)
        return self._offer_if_possible(engine, answered)

    def _offer_if_possible(self, engine: RecoveryEngine, case: Case) -> Case:
        """Offer if that is possible by now."""
        try:
            return engine.offer(case, by=self.company.agent)
        except TransitionNotAllowedError:
            return case

    def _feed_back_cause(self, case: Case, situation: Situation) -> Case:
        cause = self.cause_of(situation).name
        return self.engine.feed_back(case, f"look into {cause}", root_cause=cause)

    # ------------------------------------------------------------------- the ending

    def build_ending(self, case: Case, situation: Situation) -> Ending:
        """Read off a case where it stands."""
        offer, is_open = case.offer, case.state == State.OFFERED
        if is_open and offer is not None:
            remedies = offer.award.delivered(_first_alternative_or_none(case))
        else:
            remedies = case.amends
        loss = max(1, self.loss_in_minor_units(situation))
        costs = [self._cost_in_minor_units(remedy, situation) for remedy in remedies]
        restored = sum(
            remedy.kind.restores_service and not remedy.value for remedy in remedies
        )
        is_resolved = is_open or bool(case.amends)
        verdict = case.verdict
        committed = tuple(due.remedy for due in case.dues)
        started = case.opened_at
        return Ending(
            is_open=is_open,
            handling=Handling.RESOLVED if is_resolved else Handling.UNRESOLVED,
            remedies=remedies,
            worth=restored + sum(costs) / loss,
            offered=self._total_cost_in_minor_units(remedies, situation)
            if is_open
            else 0,
            paid=self._total_cost_in_minor_units(committed, situation),
            action=Action.CLEAR if verdict is None else verdict.action,
            escalations=sum(isinstance(row[3], ApprovalRequest) for row in case.log),
            has_choice=offer is not None and len(offer.award.alternatives) > 1,
            owns=self.owns_responsibility(situation),
            rounds=case.round,
            cycle=case.cycle,
            contacts=case.contacts,
            response_hours=self.company.response_hours_grid[situation.step],
            resolution_hours=(case.log[-1][1] - started) // timedelta(hours=1),
        )

    def _total_cost_in_minor_units(
        self, remedies: Iterable[Remedy], situation: Situation
    ) -> int:
        return sum(
            self.loss_in_minor_units(situation)
            if remedy.kind.restores_service and not remedy.value
            else self._cost_in_minor_units(remedy, situation)
            for remedy in remedies
        )

    def _cost_in_minor_units(self, remedy: Remedy, situation: Situation) -> int:
        """Return what a remedy costs, in minor units."""
        if remedy.value is not None:
            if remedy.value.currency != self.currency:
                raise InvalidValueError(
                    f"the policy gives {remedy}, and the world counts in "
                    f"{self.currency}: give tiers with a price in that currency"
                )
            return remedy.value.minor
        if remedy.basis_points:
            return self._sales[situation.tier] * remedy.basis_points // BASIS_POINTS
        return int((remedy.points or 0) * self.company.point_cost)


def _approve_or_none(engine: RecoveryEngine, case: Case, by: str) -> Case | None:
    try:
        return engine.approve(case, by=by)
    except TransitionNotAllowedError:
        return None


def _first_alternative_or_none(case: Case) -> int | None:
    offer = case.offer
    return 0 if offer is not None and offer.award.alternatives else None
