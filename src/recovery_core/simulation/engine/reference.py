"""The same months, case by case, through the production engine: slow, and the measure.

Nothing is looked up and nothing is vectorised here. Every claim is a case of its own in
the very engine that runs in production, and every reaction is worked out anew. The loop
for arrays has to come to the same whole numbers. It is also what shows the cases of one
customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from ..._domain.case import Case
from ..company import Company, Team
from ..reactions import Handling
from ..world.world import World
from .case_driver import CaseDriver
from .chances import BOLD, Chances
from .draws import HALF, Draws
from .endings import SILENT, boldness_change
from .reference_state import Branch, Episode, Incident, Life
from .satisfaction import EMPATHY, RECOVERIES, Personal, compute_reaction
from .scale import (
    MONTH,
    clip_satisfaction,
    count_thresholds_passed,
    to_undated_claim_marks,
)
from .situation_tables import YEARS
from .situations import CustomerMove, Ending, Situation

__all__ = ["Reference"]

_WORD: Final = (1 << 32) - 1


class Reference:
    """A run month by month, each claim a case of the production engine.

    Args:
        company: Whose engine.
        world: Whose customers.
        chances: Every chance as a bound.
        draws: The seed's draws.
        months: How long.
        watched: Whose satisfaction to follow month by month; nobody's unless given.
    """

    company: Company
    world: World
    c: Chances
    draws: Draws
    months: int
    driver: CaseDriver

    def __init__(
        self,
        company: Company,
        world: World,
        chances: Chances,
        draws: Draws,
        months: int,
        *,
        watched: int | None = None,
    ) -> None:
        """Begin with no customers."""
        self.company, self.world, self.c = company, world, chances
        self.draws, self.months = draws, months
        self.driver = CaseDriver(company, world)
        self.customers: list[Life] = []
        self.episodes: list[Episode] = []
        self.watched = watched
        self.path: list[int] = []

    def run(self, start: int, stop: int) -> None:
        """Live through all months, branch by branch."""
        size = self.world.branch_size if self.c.is_shared else stop - start
        for first in range(start, stop, max(1, size)):
            self._branch(first, min(first + size, stop))

    def _branch(self, start: int, stop: int) -> None:
        people = [self._born(number) for number in range(start, stop)]
        branch = Branch(self.c, self.draws, start // self.world.branch_size, people)
        for month in range(self.months):
            for customer in people:
                customer.is_here |= customer.begun == month
            events = list(self._happens(month, branch))
            self._settle(month, branch, events)
            for event in events:
                self._react(month, event)
            self._gossip(month, branch, events)
            branch.record_lessons(events)
            self._follow(month, people)
            self._leave(month, people)
            self._spread_gossip(month, events)
        self.customers += people

    # ------------------------------------------------------------------------- chance

    def _half(self, purpose: str, customer: int, month: int = 0) -> int:
        return self.draws.draw_word(purpose, customer, month) >> 32

    def _chance(self, purpose: str, month: int, customer: int, bound: int) -> bool:
        return bound > 0 and (
            bound == HALF or self._half(purpose, customer, month) < bound
        )

    def _pick(
        self, purpose: str, customer: int, bounds: tuple[int, ...], month: int = 0
    ) -> int:
        return (
            count_thresholds_passed(bounds, self._half(purpose, customer, month))
            if bounds
            else 0
        )

    def _born(self, number: int) -> Life:
        c = self.c
        tenure = c.tenure_values[self._pick("tenure", number, c.tenures)]
        begun = max(0, -tenure)
        return Life(
            number,
            tier=self._pick("tier", number, c.tiers),
            honesty=self._pick("honesty", number, c.honesty),
            tenure=tenure,
            sat=c.start,
            seen=begun,
            left=max(self.months, begun),
            is_here=begun == 0,
        )

    # ---------------------------------------------------------------------- the events

    def _happens(self, month: int, branch: Branch) -> Iterator[Incident]:
        c = self.c
        for customer in branch.people:
            if not customer.is_here:
                continue
            half = self._half("month", customer.number, month)
            risk = count_thresholds_passed(c.failing[customer.tier], half)
            if risk < len(c.risks) and self._prevails(month, branch, customer, risk):
                yield self._event(month, customer, risk, is_genuine=True)
                continue
            bound = c.tempts[customer.honesty][customer.grievance][customer.bold + BOLD]
            if customer.honesty and (
                self._half("false claim", customer.number, month) < bound
            ):
                risk = self._pick("pretext", customer.number, c.pretexts, month)
                yield self._event(month, customer, risk, is_genuine=False)

    def _prevails(self, month: int, branch: Branch, who: Life, risk: int) -> bool:
        """Draw whether a failure happens in spite of what was learned."""
        bound = self.c.prevails[branch.taken(risk)]
        return self._chance("prevention", month, who.number, bound)

    def _event(
        self, month: int, customer: Life, risk: int, *, is_genuine: bool
    ) -> Incident:
        c, number = self.c, customer.number
        mode, cause = c.risks[risk]
        place = self._pick("severity", number, c.severities[mode], month)
        severity = c.severity_values[mode][place]
        voice = self._pick("voice", number, c.voices)
        bound = c.complains[severity - 1][voice]
        if not is_genuine or customer.honesty == 2:  # noqa: PLR2004
            bound = HALF
        is_detected = is_genuine and self._chance(
            "detection", month, number, c.detected[mode]
        )
        is_claim = is_detected or self._chance("complaint", month, number, bound)
        blames = not c.is_firm[risk] and self._chance("blame", month, number, c.blames)
        before = c.fade_satisfaction(customer.sat, month - customer.seen)
        records = self.company.records
        tenure = customer.tenure + month
        situation = Situation(
            mode=mode,
            cause=cause,
            severity=severity,
            facts=tuple(
                self._pick(f"fact {place}", number, bounds, month)
                for place, bounds in enumerate(c.facts[mode])
            ),
            is_compound=self._chance("compound", month, number, c.compound[mode]),
            tier=customer.tier,
            is_detected=is_detected,
            step=0,
            history=self._history(customer, month),
            awards=self._awards(customer, month),
            years=min(YEARS, tenure // 12) if records.tenure else -1,
            blames_firm=blames,
            has_proof=self._chance("proof", month, number, c.proof[is_genuine]),
            is_over=False,
        )
        forgets = self.world.memory.forgets
        is_recent = customer.failed >= 0 and month - customer.failed <= forgets
        person = Personal(
            is_genuine=int(is_genuine),
            is_insatiable=int(self._chance("insatiable", 0, number, c.insatiable)),
            expectation=self._pick("expectation", number, c.expectations),
            empathy=EMPATHY // 2,
            relation=c.relationship_strength_in_halves(tenure, before),
            recent_failures=min(customer.earlier, 2) if is_recent else 0,
            last_recovery=customer.last if is_recent else 0,
        )
        return Incident(
            customer,
            risk,
            is_genuine,
            severity - 1,
            situation,
            person,
            is_claim,
            is_confirmed=is_genuine
            and self._chance("confirmation", month, number, c.confirmed),
            before=before,
        )

    def _history(self, customer: Life, month: int) -> int:
        ago = min(month - customer.claimed, 16)  # one more than is ever on record
        window = (1 << 2 * self.company.records.months) - 1
        bits = (customer.history << 2 * ago) >> 2 & window
        return bits if self.company.records.dates else to_undated_claim_marks(bits)

    def _awards(self, customer: Life, month: int) -> tuple[int, ...]:
        if not self.company.keeps_amounts:
            return ()
        first = month - self.company.records.months
        return tuple(minor for at, minor in customer.awards if at >= first)

    # ----------------------------------------------------------------------- the cases

    def _settle(self, month: int, branch: Branch, events: list[Incident]) -> None:
        """Deal with the claims of a branch in the order in which they come in."""
        team, budget = self.company.response, self.company.budget
        claims = [event for event in events if event.is_claim]
        if isinstance(team, Team) or budget is not None:
            claims.sort(
                key=lambda e: (self._arrival(e.who.number, month), e.who.number)
            )
        spent = 0
        for event in claims:
            self._answer(month, branch, event)
            spent += self._close(month, event, spent)
        for event in events:
            if not event.is_claim:
                event.ending = None

    def _arrival(self, customer: int, month: int) -> int:
        return month * MONTH + (self._half("arrival", customer, month) * MONTH >> 32)

    def _answer(self, month: int, branch: Branch, event: Incident) -> None:
        """Work out how long the customer waits, and who answers."""
        c, number, team = self.c, event.who.number, self.company.response
        if isinstance(team, Team):
            service = c.handlings[self._half("handling", number, month) >> 20]
            if self._chance("aggressive", 0, number, c.aggressive):
                service = int(service * team.aggression)
            arrival = self._arrival(number, month)
            event.waited, agent = branch.queue.assign_agent_and_wait(arrival, service)
            empathy = c.agent_empathy_in_quarters(branch.personality(agent), month)
            event.person = event.person._replace(empathy=empathy)
        else:
            event.waited = c.delays[self._half("delay", number, month) >> 20]
        step = sum(event.waited >= seconds for seconds in c.ladder) - 1
        event.situation = attrs.evolve(event.situation, step=step)

    def _close(self, month: int, event: Incident, spent: int) -> int:
        """Play the customer's moves until the case is closed."""
        driver, budget = self.driver, self.company.budget
        case = driver.open_and_answer_case(event.situation)
        ending = driver.build_ending(case, event.situation)
        if budget is not None and spent + ending.offered > budget.minor:
            event.situation = attrs.evolve(event.situation, is_over=True)
            case = driver.open_and_answer_case(event.situation)
            ending = driver.build_ending(case, event.situation)
        turn = 0
        while move := self._move(month, turn, event, ending):
            case = driver.make_move_and_answer(case, event.situation, move)
            ending = driver.build_ending(case, event.situation)
            turn += 1
        name = f"customer-{event.who.number}-month-{month + 1}"
        event.case, event.ending = _named(case, name), ending
        return ending.paid

    def _move(
        self, month: int, turn: int, event: Incident, ending: Ending
    ) -> CustomerMove | None:
        felt = compute_reaction(self.world, event.situation, ending, event.person)
        half = self._half(f"answer {turn}", event.who.number, month)
        if ending.is_open:
            return CustomerMove.CONTEST if half < felt.contests else CustomerMove.ACCEPT
        is_first = ending.cycle == 1
        return CustomerMove.REOPEN if is_first and half < felt.reopens else None

    # -------------------------------------------------------------------- what follows

    def _react(self, month: int, event: Incident) -> None:
        c, who = self.c, event.who
        ending = event.ending or SILENT
        felt = compute_reaction(self.world, event.situation, ending, event.person)
        chance = 0
        if self.world.satisfaction_noise and event.is_genuine:
            chance = c.noise[self._half("noise", who.number, month) >> 20]
        event.at_once = clip_satisfaction(event.before + felt.transaction + chance)
        event.after = clip_satisfaction(event.before + felt.lasting + chance)
        who.sat, who.seen = event.after, month
        who.paid += ending.paid
        who.grievance = felt.grievance
        if event.is_genuine:
            who.failures += 1
            who.earlier, who.failed = event.person.recent_failures + 1, month
            is_resolved = ending.handling is Handling.RESOLVED
            who.last = RECOVERIES.index("good" if is_resolved else "poor")
        else:
            bolder = who.bold + boldness_change(ending)
            who.bold = min(BOLD, max(-BOLD, bolder))
        event.nth = who.failures
        if event.is_claim:
            ago = 2 * min(month - who.claimed, 15)
            mark = 1 + event.is_confirmed
            who.history = ((who.history << ago) & ((1 << 30) - 1)) | mark
            who.claimed = month
            who.awards = (*who.awards[-24:], (month, ending.paid))

    def _gossip(self, month: int, branch: Branch, events: list[Incident]) -> None:
        c, gossip = self.c, self.world.gossip
        heard: dict[int, int] = {}
        for event in events:
            if not event.is_genuine or c.below <= event.at_once <= c.above:
                continue
            teller = event.who.number
            if not self._chance("talk", month, teller, c.tells):
                continue
            effect = -c.warning if event.at_once < c.below else c.praise
            for number in range(gossip.listeners):
                half = self._half(f"listener {number}", teller, month)
                listener = half * self.world.branch_size >> 32
                heard[listener] = heard.get(listener, 0) + effect * branch.hears(
                    listener, teller
                )
        for listener, effect in heard.items():
            if effect:
                who = branch.people[listener]
                now = c.fade_satisfaction(who.sat, month - who.seen)
                who.sat, who.seen = clip_satisfaction(now + effect), month

    def _follow(self, month: int, people: list[Life]) -> None:
        for who in people:
            if who.number == self.watched and who.is_here:
                self.path.append(self.c.fade_satisfaction(who.sat, month - who.seen))

    def _leave(self, month: int, people: list[Life]) -> None:
        for who in people:
            if not who.is_here:
                continue
            low = self.draws.draw_word("month", who.number, month) & _WORD
            if (
                low
                < self.c.leaving[self.c.fade_satisfaction(who.sat, month - who.seen)]
            ):
                who.is_here, who.left = False, month + 1

    def _spread_gossip(self, month: int, events: list[Incident]) -> None:
        for event in events:
            self.episodes.append(
                Episode(
                    event.who.number,
                    month,
                    event.risk,
                    event.is_genuine,
                    event.severity,
                    event.waited,
                    event.at_once,
                    event.after,
                    event.nth,
                    event.who.is_here,
                    event.ending or SILENT,
                    event.case,
                )
            )


def _named(case: Case, case_id: str) -> Case:
    """Rename a case to a name of its own; plugs saw the one all cases have."""
    move, at, by, detail = case.log[0]
    report: Any = detail
    named = attrs.evolve(report, case_id=case_id)
    return Case(((move, at, by, named), *case.log[1:]))
