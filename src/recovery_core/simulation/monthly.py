"""The monthly loop for arrays: a run of customers, month by month.

What most customers do most of the time is nothing. So the only work that is done for
everybody is to draw one word a month and to compare its halves: the upper one with the
chance of a failure, the lower one with the chance of leaving. All else is done for the
few it happens to. Satisfaction is kept as it was after the last event, with its month,
and faded only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from .chances import AGES, BOLD, FOND, Chances
from .company import Team
from .draws import HALF, Draws, Words
from .queues import Queue
from .scale import MONTH, ONE, undated
from .tables import EMPATHY, HANDLINGS, YEARS, Ints, Tables
from .walk import Move

__all__ = ["EVENTS", "Block", "run_block"]

_GENUINE_SILENT: Final = HANDLINGS.index("silent")
_SECONDS: Final = MONTH

EVENTS: Final = (
    *("customer", "month", "case", "is_genuine", "severity", "risk", "paid"),
    *("waited", "at_once", "after", "nth", "stays"),
)
"""What is known of each event."""


@attrs.frozen(eq=False, repr=False)
class Block:
    """Hold what happened to a run of customers.

    Args:
        start: The number of the first customer.
        months: How long the run lasted.
        tier: The tier of each customer.
        begun: The month in which each joined.
        left: The month behind the last in which each was there.
        stays: Whether each is there in the end.
        satisfaction: In the end, in parts of `ONE`; 0 for who left.
        paid: What each was given, in minor units.
        failures: How often each was failed.
        events: A column for each of `EVENTS`.
        warned: How many listeners heard a warning, and how many a recommendation.
        paths: Sum of the satisfaction of all who are there, for each month, and how
            many they are; empty unless asked for.
    """

    start: int
    months: int
    tier: Ints
    begun: Ints
    left: Ints
    stays: Ints
    satisfaction: Ints
    paid: Ints
    failures: Ints
    events: Mapping[str, Ints]
    ending: Mapping[str, Ints]
    paths: Ints


def run_block(
    tables: Tables,
    chances: Chances,
    draws: Draws,
    span: tuple[int, int],
    months: int,
    *,
    paths: bool = False,
) -> Block:
    """Let a run of customers live for some months.

    Args:
        tables: What the company does and what customers feel.
        chances: Every chance as a bound.
        draws: The seed's draws.
        span: The first customer, and the one behind the last; whole branches where
            customers have anything in common.
        months: How long.
        paths: Whether to follow satisfaction month by month, for everybody.
    """
    return _Run(tables, chances, draws, span, months).all(paths=paths)


def _picked(bounds: tuple[int, ...], halves: Ints) -> Ints:
    """Pick a place by chance for each half."""
    return np.searchsorted(np.array(bounds, np.int64), halves, side="right")


class _Run:
    def __init__(
        self,
        tables: Tables,
        chances: Chances,
        draws: Draws,
        span: tuple[int, int],
        months: int,
    ) -> None:
        self.t, self.c, self.draws, self.months = tables, chances, draws, months
        self.start, stop = span
        self.n = n = stop - self.start
        self.world, self.company = tables.world, tables.company
        self.branch = self.world.branch
        self.bases = draws.bases(self.start, stop)
        self._tables()
        self.tier = self._sort("tier", chances.tiers)
        self.honesty = self._sort("honesty", chances.honesty)
        tenures = np.array(chances.tenure_values, np.int64)
        self.tenure = tenures[self._sort("tenure", chances.tenures)]
        self.begun = np.maximum(0, -self.tenure)
        self.here = self.begun == 0
        self.left = np.full(n, months, np.int64)
        self.sat = np.full(n, chances.start, np.int64)
        self.seen = self.begun.copy()
        bound = max(self.leave[chances.start], self.leave[chances.usual])
        self.bound = np.full(n, min(bound, HALF - 1), np.uint32)
        self.history = np.zeros(n, np.int64)
        self.claimed = np.zeros(n, np.int64)
        self.awards: dict[int, tuple[tuple[int, int], ...]] = {}
        self.earlier = np.zeros(n, np.int64)
        self.failed = np.full(n, -1, np.int64)
        self.last = np.zeros(n, np.int64)
        self.grievance = np.zeros(n, np.int64)
        self.bold = np.zeros(n, np.int64)
        self.paid = np.zeros(n, np.int64)
        self.failures = np.zeros(n, np.int64)
        self.tempted = np.flatnonzero(self.honesty > 0)
        self.events: dict[str, list[Ints]] = {name: [] for name in EVENTS}
        self._shared()

    def _sort(self, purpose: str, bounds: tuple[int, ...]) -> Ints:
        if not bounds:
            return np.zeros(self.n, np.int64)
        return _picked(bounds, self.draws.highs(self.bases, purpose))

    def _tables(self) -> None:
        c = self.c
        self.leave = np.array(c.leaving, np.int64)
        self.noise = np.array(c.noise, np.int64)
        self.bad, self.good = np.array(c.bad, np.int64), np.array(c.good, np.int64)
        self.delays = np.array(c.delays, np.int64)
        self.handlings = np.array(c.handlings, np.int64)
        self.ladder = np.array(c.ladder, np.int64)
        self.mode_of = np.array([mode for mode, _ in c.risks], np.int64)
        self.is_firm = np.array(c.is_firm, bool)
        self.severities = np.array(c.severities, np.int64)
        self.severity_values = np.array(c.severity_values, np.int64)
        self.complains = np.array(c.complains, np.int64)
        self.tempts = np.array(c.tempts, np.int64)
        self.compound = np.array(c.compound, np.int64)
        self.detected = np.array(c.detected, np.int64)
        self.proof = np.array(c.proof, np.int64)

    def _shared(self) -> None:
        """Prepare what the customers of a branch share."""
        c, learning = self.c, self.company.learning
        branches = -(-self.n // self.branch) if c.is_shared else 1
        tiers, risks = len(self.world.population.tiers), len(c.risks)
        self.levels = np.zeros((branches, risks), np.int64)
        self.lessons = np.zeros((branches, risks), np.int64)
        self.bounds = np.empty((branches, tiers, risks), np.int64)
        self.bounds[:] = [c.failing((0,) * risks, tier) for tier in range(tiers)]
        self.worst = int(self.bounds[..., -1].max())
        self.learns = learning is not None
        team = self.company.answers
        self.queues: list[Queue] = []
        if isinstance(team, Team):
            self.queues = [Queue(team.agents) for _ in range(branches)]
            agents = np.arange(branches * team.agents)
            first = self.start // self.branch * team.agents
            bases = self.draws.bases(first, first + agents.size)
            halves = self.draws.highs(bases, "personality")
            self.personality = _picked(c.personalities, halves)

    def _branch_of(self, who: Ints) -> Ints:
        return who // self.branch if self.c.is_shared else np.zeros_like(who)

    # ---------------------------------------------------------------------- the months

    def all(self, *, paths: bool) -> Block:
        """Live through all months."""
        room = np.empty(self.n, np.uint64), np.empty(self.n, np.uint64)
        followed = np.zeros((self.months if paths else 0, 2), np.int64)
        joins = np.unique(self.begun)
        for month in range(self.months):
            if month and month in joins:
                self.here |= self.begun == month
            words = self.draws.words(self.bases, "month", month, room=room)
            self._month(month, words)
            if paths:
                here = np.flatnonzero(self.here)
                followed[month] = self._now(here, month).sum(), here.size
            self._leave(month, words)
        return self._block(followed)

    def _month(self, month: int, words: Words) -> None:
        who, risk, genuine = self._happens(month, words)
        if not who.size:
            return
        event = self._detail(month, who, risk, genuine)
        self._settle(month, event)
        self._react(month, event)
        if self.world.gossip.listeners:
            self._gossip(month, event)
        if self.learns:
            self._learn(event)
        for name in EVENTS[:-1]:
            self.events[name].append(event[name])
        self.events["stays"].append(np.ones(who.size, np.int64))

    def _happens(self, month: int, words: Words) -> tuple[Ints, Ints, Ints]:
        """Say who is failed, by what, and who makes something up."""
        could = np.flatnonzero(words < np.uint64(self.worst << 32))
        could = could[self.here[could]]
        halves = (words[could] >> np.uint64(32)).view(np.int64)
        if self.bounds.shape[:2] == (1, 1):
            risk = np.searchsorted(self.bounds[0, 0], halves, side="right")
        else:
            rows = self.bounds[self._branch_of(could), self.tier[could]]
            risk = (halves[:, None] >= rows).sum(1)
        is_failed = risk < len(self.c.risks)
        failed, risk = could[is_failed], risk[is_failed]
        false = self._pretending(month, failed)
        if not false.size:
            return failed, risk, np.ones(failed.size, np.int64)
        halves = self.draws.highs(self.bases[false], "pretext", month)
        who = np.concatenate([failed, false])
        genuine = np.zeros(who.size, np.int64)
        genuine[: failed.size] = 1
        risk = np.concatenate([risk, _picked(self.c.pretexts, halves)])
        return who, risk, genuine

    def _pretending(self, month: int, failed: Ints) -> Ints:
        who = self.tempted
        if not who.size:
            return who
        who = who[self.here[who]]
        bounds = self.tempts[self.honesty[who], self.grievance[who], self.bold[who] + BOLD]
        does = self.draws.highs(self.bases[who], "false claim", month) < bounds
        return np.setdiff1d(who[does], failed, assume_unique=True)

    def _chance(self, purpose: str, month: int, who: Ints, bound: Any) -> Ints:
        """Tell by chance, without a draw where it is certain."""
        if not np.any(bound):
            return np.zeros(who.size, np.int64)
        if np.all(bound == HALF):
            return np.ones(who.size, np.int64)
        halves = self.draws.highs(self.bases[who], purpose, month)
        return (halves < bound).astype(np.int64)

    def _person(self, purpose: str, who: Ints, bounds: tuple[int, ...]) -> Ints:
        if not bounds:
            return np.zeros(who.size, np.int64)
        return _picked(bounds, self.draws.highs(self.bases[who], purpose))

    def _detail(
        self, month: int, who: Ints, risk: Ints, genuine: Ints
    ) -> dict[str, Any]:
        """Draw what each failure is like, and what becomes known of it."""
        c, mode = self.c, self.mode_of[risk]
        halves = self.draws.highs(self.bases[who], "severity", month)
        place = (halves[:, None] >= self.severities[mode]).sum(1)
        severity = self.severity_values[mode, place] - 1
        detected = self._chance("detection", month, who, self.detected[mode] * genuine)
        voice = self._person("voice", who, c.voices)
        bound = self.complains[severity, voice]
        bound = np.where(genuine & (self.honesty[who] < 2), bound, HALF)  # noqa: PLR2004
        complains = self._chance("complaint", month, who, bound)
        is_other = ~self.is_firm[risk]
        return {
            "customer": who,
            "month": np.full(who.size, month, np.int64),
            "risk": risk,
            "is_genuine": genuine,
            "severity": severity,
            "facts": self._facts(month, who, mode),
            "is_compound": self._chance("compound", month, who, self.compound[mode]),
            "tier": self.tier[who],
            "is_detected": detected,
            "is_claim": (detected | complains).astype(bool),
            "blames_firm": self._chance("blame", month, who, c.blames) & is_other,
            "has_proof": self._chance("proof", month, who, self.proof[genuine]),
            "is_confirmed": self._chance("confirmation", month, who, c.confirmed)
            & genuine,
            "is_insatiable": self._is(who, "insatiable", c.insatiable),
            "expectation": self._person("expectation", who, c.expectations),
            "before": self._now(who, month),
        }

    def _is(self, who: Ints, purpose: str, bound: int) -> Ints:
        return self._chance(purpose, 0, who, bound)

    def _facts(self, month: int, who: Ints, mode: Ints) -> Ints:
        code = np.zeros(who.size, np.int64)
        if self.c.fact_codes == 1:
            return code
        for number, spreads in enumerate(self.c.facts):
            mine = np.flatnonzero(mode == number)
            for place, bounds in enumerate(spreads):
                halves = self.draws.highs(self.bases[who[mine]], f"fact {place}", month)
                code[mine] = code[mine] * (len(bounds) + 1) + _picked(bounds, halves)
        return code

    def _now(self, who: Ints, month: int) -> Ints:
        """Tell how satisfied customers are by now."""
        satisfaction, ago = self.sat[who], month - self.seen[who]
        deviation = satisfaction - self.c.usual
        left = np.where(deviation < 0, self.bad[ago], self.good[ago])
        return self.c.usual + (deviation * left >> 16)

    # ----------------------------------------------------------------------- the cases

    def _settle(self, month: int, event: dict[str, Any]) -> None:
        """Take every case to its end."""
        who, claims = event["customer"], event["is_claim"]
        relation = np.zeros(who.size, np.int64)
        tenure = self.tenure[who] + month
        for months in AGES:
            relation += tenure >= months
        relation = np.maximum(0, relation - (event["before"] < FOND))
        forgets = self.world.memory.forgets
        is_recent = (self.failed[who] >= 0) & (month - self.failed[who] <= forgets)
        event["earlier"] = np.where(is_recent, np.minimum(self.earlier[who], 2), 0)
        event["last"] = np.where(is_recent, self.last[who], 0)
        event["relation"] = relation
        event["years"] = np.clip((tenure // 12), -1, YEARS) + 1
        event["waited"], event["empathy"] = self._answers(month, event)
        step = np.searchsorted(self.ladder, event["waited"], side="right") - 1
        event["step"] = np.where(claims, step, self.t.silence)
        event["is_over"] = np.zeros(who.size, np.int64)
        history = np.where(claims, self._histories(month, who), 0)
        silent = ~claims
        if silent.any():  # of silence nobody knows who it was
            for name in ("tier", "is_detected", "has_proof", "years"):
                event[name + "_seen"] = np.where(claims, event[name], 0)
        seen = {
            **event,
            **{n: event.get(n + "_seen", event[n]) for n in _SEEN},
        }
        if self.company.budget is None:
            case = self.t.opened(seen, history, who.size)
            event["case"] = self._argued(month, event, case)
        else:
            event["case"] = self._within_budget(month, event, seen, history)

    def _histories(self, month: int, who: Ints) -> Ints:
        """Number what is remembered of earlier claims."""
        records = self.company.records
        ago = 2 * np.minimum(month - self.claimed[who], 31)
        window = (1 << 2 * records.months) - 1
        bits = (self.history[who] << ago) >> 2 & window
        if not records.dates and bits.any():
            distinct, places = np.unique(bits, return_inverse=True)
            bits = np.array([undated(each) for each in distinct.tolist()])[places]
        if not self.company.keeps_amounts:
            return self.t.histories(bits)
        numbers: list[int] = []
        for customer, shown in zip(who.tolist(), bits.tolist(), strict=True):
            known = self.awards.get(customer, ())
            first = month - records.months
            awards = tuple(minor for at, minor in known if at >= first)
            numbers.append(self.t.history(shown, awards))
        return np.array(numbers, np.int64)

    def _answers(self, month: int, event: dict[str, Any]) -> tuple[Ints, Ints]:
        """Say how long each waits, and how well the one who answers listens."""
        who, claims = event["customer"], event["is_claim"]
        empathy = np.full(who.size, EMPATHY // 2, np.int64)
        if not self.queues:
            halves = self.draws.highs(self.bases[who], "delay", month)
            return np.where(claims, self.delays[halves >> 20], 0), empathy
        waited = np.zeros(who.size, np.int64)
        mine = np.flatnonzero(claims)
        asking = who[mine]
        arrival, order = self._arrivals(month, asking)
        halves = self.draws.highs(self.bases[asking], "handling", month)
        service = self.handlings[halves >> 20]
        team = self.company.answers
        if self.c.aggressive and isinstance(team, Team):
            is_loud = self._is(asking, "aggressive", self.c.aggressive).astype(bool)
            longer = (service * team.aggression).astype(np.int64)
            service = np.where(is_loud, longer, service)
        branch = self._branch_of(asking)
        told = zip(
            order.tolist(),
            branch[order].tolist(),
            arrival[order].tolist(),
            service[order].tolist(),
            strict=True,
        )
        agents = np.zeros(asking.size, np.int64)
        waits = np.zeros(asking.size, np.int64)
        for place, at, came, takes in told:
            waits[place], agents[place] = self.queues[at].serve(came, takes)
        waited[mine] = waits
        agents += branch * (self.personality.size // len(self.queues))
        grades = [self.c.empathy(p, month) for p in range(len(self.c.personalities) + 1)]
        empathy[mine] = np.array(grades, np.int64)[self.personality[agents]]
        return waited, empathy

    def _arrivals(self, month: int, who: Ints) -> tuple[Ints, Ints]:
        """Say when claims come in, and in which order they are dealt with."""
        halves = self.draws.highs(self.bases[who], "arrival", month)
        arrival = month * _SECONDS + (halves * _SECONDS >> 32)
        return arrival, np.lexsort((who, arrival, self._branch_of(who)))

    def _argued(self, month: int, event: dict[str, Any], case: Ints) -> Ints:
        """Let customers answer until every case is closed."""
        persistence = self.world.persistence
        who, turn = event["customer"], 0
        loud = self.c.insatiable > 0
        may_contest = persistence.contests > 0 or loud
        may_reopen = persistence.reopens > 0 or loud
        place = np.flatnonzero(event["is_claim"])
        while place.size:
            here = case[place]
            is_open = self.t.ending["is_open"][here].astype(bool)
            move = np.where(is_open, np.int64(Move.ACCEPT), np.int64(0))
            if (may_contest and is_open.any()) or may_reopen:
                self._weigh(month, turn, event, place, case, move, is_open)
            goes_on = move > 0
            place, move = place[goes_on], move[goes_on]
            case[place] = self.t.moved(case[place], move)
            turn += 1
            if not may_reopen:
                place = place[self.t.ending["is_open"][case[place]] > 0]
        _ = who
        return case

    def _weigh(
        self,
        month: int,
        turn: int,
        event: dict[str, Any],
        place: Ints,
        case: Ints,
        move: Ints,
        is_open: NDArray[np.bool_],
    ) -> None:
        here = case[place]
        felt = self._felt(event, place, here)
        halves = self.draws.highs(
            self.bases[event["customer"][place]], f"answer {turn}", month
        )
        contests = is_open & (halves < self.t.reaction["contests"][felt])
        move[contests] = Move.CONTEST
        first = self.t.ending["is_first_cycle"][here] > 0
        reopens = ~is_open & first & (halves < self.t.reaction["reopens"][felt])
        move[reopens] = Move.REOPEN

    def _felt(self, event: dict[str, Any], place: Any, case: Ints) -> Ints:
        return self.t.felt(case, {name: event[name][place] for name in _PERSON})

    def _within_budget(
        self, month: int, event: dict[str, Any], seen: Mapping[str, Any], history: Ints
    ) -> Ints:
        """Settle the cases of a branch one after the other, until the money is gone."""
        budget = self.company.budget
        limit = 0 if budget is None else budget.minor
        who = event["customer"]
        case = self.t.opened(seen, history, who.size)
        place = np.flatnonzero(event["is_claim"])
        _, order = self._arrivals(month, who[place])
        offered = self.t.ending["offered"][case]
        spent: dict[int, int] = {}
        for one in place[order].tolist():
            branch = int(who[one]) // self.branch
            gone = spent.get(branch, 0)
            mine = {n: v[one : one + 1] for n, v in event.items()}
            if gone + int(offered[one]) > limit:
                event["is_over"][one] = 1
                told = {n: v[one : one + 1] for n, v in seen.items()}
                told["is_over"] = np.ones(1, np.int64)
                case[one] = self.t.opened(told, history[one : one + 1], 1)[0]
            case[one] = self._argued(month, mine, case[one : one + 1].copy())[0]
            spent[branch] = gone + int(self.t.ending["paid"][case[one]])
        return case

    # -------------------------------------------------------------------- what follows

    def _react(self, month: int, event: dict[str, Any]) -> None:
        who, case, claims = event["customer"], event["case"], event["is_claim"]
        genuine = event["is_genuine"].astype(bool)
        felt = self._felt(event, slice(None), case)
        chance = np.zeros(who.size, np.int64)
        if self.world.noise:
            halves = self.draws.highs(self.bases[who], "noise", month)
            chance = np.where(genuine, self.noise[halves >> 20], 0)
        before = event["before"]
        reaction = self.t.reaction
        event["at_once"] = np.clip(before + reaction["transaction"][felt] + chance, 0, ONE)
        event["after"] = after = np.clip(before + reaction["lasting"][felt] + chance, 0, ONE)
        self._set(who, after, month)
        event["paid"] = paid = self.t.ending["paid"][case]
        self.paid[who] += paid
        self.grievance[who] = reaction["grievance"][felt]
        false = who[~genuine]
        bolder = self.bold[false] + self.t.ending["is_bold"][case[~genuine]]
        self.bold[false] = np.clip(bolder, -BOLD, BOLD)
        failed = who[genuine]
        self.failures[failed] += 1
        event["nth"] = self.failures[who]
        self.earlier[failed] = event["earlier"][genuine] + 1
        self.failed[failed] = month
        resolved = self.t.ending["is_resolved"][case[genuine]]
        self.last[failed] = 1 + resolved
        self._remember(month, who[claims], event, claims)

    def _set(self, who: Ints, satisfaction: Ints, month: int) -> None:
        self.sat[who] = satisfaction
        self.seen[who] = month
        worst = np.maximum(self.leave[satisfaction], self.leave[self.c.usual])
        self.bound[who] = np.minimum(worst, HALF - 1)

    def _remember(
        self, month: int, who: Ints, event: dict[str, Any], claims: Ints
    ) -> None:
        ago = 2 * np.minimum(month - self.claimed[who], 31)
        mark = 1 + event["is_confirmed"][claims]
        self.history[who] = ((self.history[who] << ago) & ((1 << 48) - 1)) | mark
        self.claimed[who] = month
        if self.company.keeps_amounts:
            paid = event["paid"][claims]
            for customer, minor in zip(who.tolist(), paid.tolist(), strict=True):
                known = self.awards.get(customer, ())
                self.awards[customer] = (*known[-24:], (month, minor))

    def _gossip(self, month: int, event: dict[str, Any]) -> None:
        """Let those who talk be heard, within their branch."""
        c, who = self.c, event["customer"]
        genuine = event["is_genuine"].astype(bool)
        at_once = event["at_once"]
        warns, praises = genuine & (at_once < c.below), genuine & (at_once > c.above)
        place = np.flatnonzero(warns | praises)
        tells = self._chance("talk", month, who[place], c.tells).astype(bool)
        place = place[tells]
        effect = np.where(warns[place], -c.warning, c.praise)
        first = who[place] - (who[place] + self.start) % self.branch
        heard = np.zeros(self.n, np.int64)
        for number in range(self.world.gossip.listeners):
            halves = self.draws.highs(self.bases[who[place]], f"listener {number}", month)
            listener = first + (halves * self.branch >> 32)
            is_there = listener < self.n
            is_there[is_there] &= self.here[listener[is_there]]
            is_there &= listener != who[place]
            np.add.at(heard, listener[is_there], effect[is_there])
        touched = np.flatnonzero(heard)
        now = np.clip(self._now(touched, month) + heard[touched], 0, ONE)
        self._set(touched, now, month)

    def _learn(self, event: dict[str, Any]) -> None:
        """Count the lessons, and take measures for the months to come."""
        learning = self.company.learning
        if learning is None:
            return
        claims = event["is_claim"]
        branch = self._branch_of(event["customer"][claims])
        np.add.at(self.lessons, (branch, event["risk"][claims]), 1)
        levels = np.minimum(self.lessons // learning.after, learning.most)
        for place in np.flatnonzero((levels != self.levels).any(1)).tolist():
            taken = tuple(levels[place].tolist())
            for tier in range(self.bounds.shape[1]):
                self.bounds[place, tier] = self.c.failing(taken, tier)
        self.levels = levels

    def _leave(self, month: int, words: Words) -> None:
        low = words.astype(np.uint32)
        could = np.flatnonzero(low <= self.bound)
        could = could[self.here[could]]
        leaves = low[could] < self.leave[self._now(could, month)]
        gone = could[leaves]
        self.here[gone] = False
        self.left[gone] = month + 1
        if self.events["stays"]:
            who = self.events["customer"][-1]
            if who.size and self.events["month"][-1][0] == month:
                self.events["stays"][-1] = self.here[who].astype(np.int64)

    def _block(self, followed: Ints) -> Block:
        everybody = np.arange(self.n)
        last = self.months - 1
        late = self.begun > last
        self.left[late] = self.begun[late]
        satisfaction = np.zeros(self.n, np.int64)
        here = everybody[self.here]
        satisfaction[here] = self._now(here, last)
        events = {
            name: np.concatenate(parts) if parts else np.zeros(0, np.int64)
            for name, parts in self.events.items()
        }
        return Block(
            start=self.start,
            months=self.months,
            tier=self.tier,
            begun=self.begun,
            left=self.left,
            stays=self.here.astype(np.int64),
            satisfaction=satisfaction,
            paid=self.paid,
            failures=self.failures,
            events=events,
            ending={name: self.t.ending[name] for name in self.t.ending.names},
            paths=followed,
        )


_SEEN: Final = ("tier", "is_detected", "has_proof", "years")
_PERSON: Final = (
    *("is_genuine", "is_insatiable", "expectation", "empathy", "relation"),
    *("earlier", "last"),
)
