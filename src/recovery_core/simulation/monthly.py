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

from .arrays import Arrays
from .chances import AGES, BOLD, FOND, HONESTY
from .company import Team
from .draws import HALF, Draws, Words
from .queues import Queue
from .scale import MONTH, ONE
from .tables import EMPATHY, YEARS, Ints, Rows, Tables
from .walk import Move

__all__ = ["EVENTS", "Block", "run_block"]

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
        endings: How cases ended, by the number that stands with each event.
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
    endings: Rows
    paths: Ints

    def ended(self, name: str) -> Ints:
        """Tell how the case of each event ended; see `Rows`."""
        return self.endings[name][self.events["case"]]


def run_block(
    tables: Tables,
    arrays: Arrays,
    draws: Draws,
    span: tuple[int, int],
    *,
    paths: bool = False,
) -> Block:
    """Let a run of customers live for some months.

    Args:
        tables: What the company does and what customers feel.
        arrays: Every chance as a bound.
        draws: The seed's draws.
        span: The first customer, and the one behind the last; whole branches where
            customers have anything in common.
        paths: Whether to follow satisfaction month by month, for everybody.
    """
    return _Run(tables, arrays, draws, span).all(paths=paths)


def _picked(bounds: tuple[int, ...], halves: Ints) -> Ints:
    """Pick a place by chance for each half."""
    return np.searchsorted(np.array(bounds, np.int64), halves, side="right")


def _passed(bounds: Ints, rows: Ints, halves: Ints) -> Ints:
    """Count the bounds of its own row that each half has passed."""
    if len(bounds) == 1:
        return np.searchsorted(bounds[0], halves, side="right")
    passed: Ints = (halves[:, None] >= bounds[rows]).sum(1)
    return passed


# What is known of a customer stands in one row, so that it comes from memory at once.
_STATE: Final = (
    *("tier", "honesty", "tenure", "sat", "seen", "history", "claimed", "earlier"),
    *("failed", "last", "grievance", "bold", "failures"),
)
_AT: Final = {name: place for place, name in enumerate(_STATE)}
_ROW: Final = np.dtype((np.void, 4 * len(_STATE)))


class _Run:
    def __init__(
        self, tables: Tables, arrays: Arrays, draws: Draws, span: tuple[int, int]
    ) -> None:
        self.t, self.a, self.c, self.draws = tables, arrays, arrays.chances, draws
        self.months = arrays.months
        self.start, stop = span
        self.n = n = stop - self.start
        self.world, self.company = tables.world, tables.company
        self.branch = self.world.branch
        self.bases = draws.bases(self.start, stop)
        self.state = np.zeros((n, len(_STATE)), np.int32)
        self.rows = self.state.view(_ROW).reshape(n)
        honesty = self._sort("honesty", self.c.honesty)
        tenure = np.array(self.c.tenure_values)[self._sort("tenure", self.c.tenures)]
        self.begun = np.maximum(0, -tenure)
        self._put("tier", self._sort("tier", self.c.tiers))
        self._put("honesty", honesty)
        self._put("tenure", tenure)
        self._put("sat", self.c.start)
        self._put("seen", self.begun)
        self._put("failed", -1)
        self.here = self.begun == 0
        self.left = np.full(n, self.months, np.int64)
        bound = max(self.a.leave[self.c.start], self.a.leave[self.c.usual])
        self.bound = np.full(n, min(bound, HALF - 1), np.uint32)
        self.awards: dict[int, tuple[tuple[int, int], ...]] = {}
        self.tempted = np.flatnonzero(honesty > 0)
        self.events: dict[str, list[Ints]] = {name: [] for name in EVENTS}
        self._shared()

    def _put(self, name: str, value: Any) -> None:
        self.state[:, _AT[name]] = value

    def _get(self, name: str, who: Any = slice(None)) -> Ints:
        column: Ints = self.state[who, _AT[name]]
        return column

    def _sort(self, purpose: str, bounds: tuple[int, ...]) -> Ints:
        if not bounds:
            return np.zeros(self.n, np.int64)
        return _picked(bounds, self.draws.highs(self.bases, purpose))

    def _shared(self) -> None:
        """Prepare what the customers of a branch share."""
        c, team = self.c, self.company.answers
        branches = -(-self.n // self.branch) if c.is_shared else 1
        tiers, risks = len(self.world.population.tiers), len(c.risks)
        self.levels = np.zeros((branches, risks), np.int64)
        self.lessons = np.zeros((branches, risks), np.int64)
        bounds = [c.failing((0,) * risks, tier) for tier in range(tiers)]
        # Where no tier and no branch fails more often than another, one row will do.
        learns = self.company.learning is not None
        self.alike = not learns and len(set(bounds)) == 1
        self.bounds = np.empty((branches, tiers, risks), np.int64)
        self.bounds[:] = bounds
        self.worst = max(bound[-1] for bound in bounds)
        self.queues: list[Queue] = []
        self.personality: Ints = np.zeros(0, np.int64)
        if isinstance(team, Team):
            self.queues = [Queue(team.agents) for _ in range(branches)]
            first = self.start // self.branch * team.agents
            bases = self.draws.bases(first, first + branches * team.agents)
            halves = self.draws.highs(bases, "personality")
            self.personality = _picked(c.personalities, halves)

    def _branch_of(self, who: Ints) -> Ints:
        return who // self.branch if self.c.is_shared else np.zeros_like(who)

    # ---------------------------------------------------------------------- the months

    def all(self, *, paths: bool) -> Block:
        """Live through all months."""
        room = np.empty(self.n, np.uint64), np.empty(self.n, np.uint64)
        followed = np.zeros((self.months if paths else 0, 2), np.int64)
        joins = {-tenure for tenure in self.c.tenure_values}
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
        rows = self.state.take(who, axis=0)
        event = self._detail(month, who, risk, genuine, rows)
        self._settle(month, event, rows)
        self._react(month, event, rows)
        if self.world.gossip.listeners:
            self._gossip(month, event)
        if self.company.learning is not None:
            self._learn(event)
        for name in EVENTS[:-1]:
            self.events[name].append(event[name])

    def _happens(self, month: int, words: Words) -> tuple[Ints, Ints, Ints]:
        """Say who is failed, by what, and who makes something up."""
        could = np.flatnonzero(words < np.uint64(self.worst << 32))
        could = could[self.here[could]]
        halves = (words[could] >> np.uint64(32)).view(np.int64)
        if self.alike:
            failed = could
            risk = np.searchsorted(self.bounds[0, 0], halves, side="right")
        else:
            rows = self.bounds[self._branch_of(could), self._get("tier", could)]
            risk = (halves[:, None] >= rows).sum(1)
            is_failed = risk < len(self.c.risks)
            failed, risk = could[is_failed], risk[is_failed]
        false = self._pretending(month, words)
        if not false.size:
            return failed, risk, np.ones(failed.size, np.int64)
        halves = self.draws.highs(self.bases[false], "pretext", month)
        who = np.concatenate([failed, false])
        genuine = np.zeros(who.size, np.int64)
        genuine[: failed.size] = 1
        risk = np.concatenate([risk, _picked(self.c.pretexts, halves)])
        return who, risk, genuine

    def _pretending(self, month: int, words: Words) -> Ints:
        who = self.tempted
        if not who.size:
            return who
        who = who[self.here[who]]
        if self.alike:
            fails: Any = self.worst
        else:
            fails = self.bounds[self._branch_of(who), self._get("tier", who), -1]
        who = who[(words[who] >> np.uint64(32)).view(np.int64) >= fails]
        rows = self.state.take(who, axis=0).T
        honesty, grievance = rows[_AT["honesty"]], rows[_AT["grievance"]]
        bounds = self.a.tempts[honesty, grievance, rows[_AT["bold"]] + BOLD]
        does: Ints = who[self._halves("false claim", month, who) < bounds]
        return does

    def _chance(self, purpose: str, month: int, who: Ints, bound: Any) -> Ints:
        """Tell by chance; nothing is drawn where it is certain."""
        if isinstance(bound, int):
            if bound in {0, HALF}:
                return np.full(who.size, bound // HALF, np.int64)
            halves = self.draws.highs(self.bases[who], purpose, month)
            return (halves < bound).astype(np.int64)
        happens: Ints = (bound == HALF).astype(np.int64)
        open_ = np.flatnonzero((bound > 0) & (bound < HALF))
        if open_.size:
            halves = self.draws.highs(self.bases[who[open_]], purpose, month)
            happens[open_] = halves < bound[open_]
        return happens

    def _person(self, purpose: str, who: Ints, bounds: tuple[int, ...]) -> Ints:
        if not bounds:
            return np.zeros(who.size, np.int64)
        return _picked(bounds, self.draws.highs(self.bases[who], purpose))

    def _detail(
        self, month: int, who: Ints, risk: Ints, genuine: Ints, rows: Ints
    ) -> dict[str, Any]:
        """Draw what each failure is like, and what becomes known of it."""
        c, a, mode = self.c, self.a, self.a.mode_of[risk]
        place = _passed(a.severities, mode, self._halves("severity", month, who))
        severity = a.severity_values[mode, place]
        bound = a.complains[severity, self._person("voice", who, c.voices)]
        shameless = (genuine == 0) | (rows[:, _AT["honesty"]] == _SHAMELESS)
        bound[shameless] = HALF
        complains = self._chance("complaint", month, who, bound)
        is_detected = complains * 0
        if a.detects:
            is_detected = self._chance(
                "detection", month, who, a.detected[mode] * genuine
            )
        blames = self._chance("blame", month, who, c.blames)
        confirmed = self._chance("confirmation", month, who, c.confirmed)
        return {
            "customer": who,
            "month": np.full(who.size, month, np.int64),
            "risk": risk,
            "is_genuine": genuine,
            "severity": severity,
            "facts": self._facts(month, who, mode),
            "is_compound": self._chance("compound", month, who, a.compound[mode]),
            "tier": rows[:, _AT["tier"]],
            "is_detected": is_detected,
            "is_claim": (is_detected | complains).astype(bool),
            "blames_firm": blames & ~a.is_firm[risk],
            "has_proof": self._chance("proof", month, who, a.proof[genuine]),
            "is_confirmed": confirmed & genuine,
            "is_insatiable": self._chance("insatiable", 0, who, c.insatiable),
            "expectation": self._person("expectation", who, c.expectations),
            "before": self._faded(rows[:, _AT["sat"]], month - rows[:, _AT["seen"]]),
        }

    def _halves(self, purpose: str, month: int, who: Ints) -> Ints:
        return self.draws.highs(self.bases[who], purpose, month)

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
        rows = self.state.take(who, axis=0).T
        return self._faded(rows[_AT["sat"]], month - rows[_AT["seen"]])

    def _faded(self, satisfaction: Any, ago: Any) -> Ints:
        deviation = satisfaction - np.int64(self.c.usual)
        left = self.a.fading[(deviation < 0).view(np.int8), ago]
        faded: Ints = self.c.usual + (deviation * left >> 16)
        return faded

    # ----------------------------------------------------------------------- the cases

    def _settle(self, month: int, event: dict[str, Any], rows: Ints) -> None:
        """Take every case to its end."""
        who, claims = event["customer"], event["is_claim"]
        self._relate(month, event, rows.T)
        event["waited"], event["empathy"] = self._answers(month, event)
        step = np.searchsorted(self.a.ladder, event["waited"], side="right") - 1
        event["step"] = np.where(claims, step, self.t.silence)
        event["is_over"] = 0
        seen = dict(event)
        for name in _KNOWN:  # of silence nobody knows whose it was
            seen[name] = event[name] * claims
        claim = np.flatnonzero(claims)
        known = -1
        while known < self.t.seen:  # else there is more to tell cases apart by
            known = self.t.seen
            history = np.zeros(who.size, np.int64)
            if self.t.reads_history:
                past = rows.take(claim, axis=0).T
                history[claim] = self._histories(month, who[claim], past)
            if self.company.budget is None:
                case = self.t.opened(seen, history, who.size)
                event["case"] = self._argued(event, case)
            else:
                event["case"] = self._within_budget(month, event, seen, history)

    def _relate(self, month: int, event: dict[str, Any], rows: Ints) -> None:
        """Tell what lies between customer and company, as far as anybody asks."""
        zero, tenure = np.zeros(rows.shape[1], np.int64), rows[_AT["tenure"]] + month
        failed = rows[_AT["failed"]]
        is_recent = (failed >= 0) & (month - failed <= self.world.memory.forgets)
        event["earlier"] = np.minimum(rows[_AT["earlier"]], 2) * is_recent
        event["last"] = rows[_AT["last"]] * is_recent if self.t.tells["last"] else zero
        event["relation"] = zero
        if self.t.tells["relation"]:
            age = sum(((tenure >= months) for months in AGES), zero)
            event["relation"] = np.maximum(0, age - (event["before"] < FOND))
        event["years"] = zero
        if self.company.records.tenure:
            event["years"] = np.minimum(tenure // 12, YEARS) + 1

    def _histories(self, month: int, who: Ints, rows: Ints) -> Ints:
        """Give numbers to what is remembered of earlier claims."""
        records = self.company.records
        ago = 2 * np.minimum(month - rows[_AT["claimed"]].astype(np.int64), 15)
        window = (1 << 2 * records.months) - 1
        bits = (rows[_AT["history"]] << ago) >> 2 & window
        if not records.dates:
            count = np.bitwise_count
            bits = self.a.undated[count(bits & _ODD), count(bits & _EVEN)]
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
            delays = self.a.delays[self._halves("delay", month, who) >> 20]
            return delays * claims, empathy
        waited = np.zeros(who.size, np.int64)
        mine = np.flatnonzero(claims)
        asking = who[mine]
        arrival, order = self._arrivals(month, asking)
        service = self.a.handlings[self._halves("handling", month, asking) >> 20]
        team = self.company.answers
        if self.c.aggressive and isinstance(team, Team):
            is_loud = self._chance("aggressive", 0, asking, self.c.aggressive) > 0
            longer = (service * team.aggression).astype(np.int64)
            service = np.where(is_loud, longer, service)
        branch = self._branch_of(asking)
        asked = np.stack([order, branch[order], arrival[order], service[order]], -1)
        rows: list[tuple[int, int, int, int]] = asked.tolist()
        agents = np.zeros(asking.size, np.int64)
        waits = np.zeros(asking.size, np.int64)
        for place, at, came, takes in rows:
            waits[place], agents[place] = self.queues[at].serve(came, takes)
        waited[mine] = waits
        agents += branch * (self.personality.size // len(self.queues))
        grades = [
            self.c.empathy(p, month) for p in range(len(self.c.personalities) + 1)
        ]
        empathy[mine] = np.array(grades, np.int64)[self.personality[agents]]
        return waited, empathy

    def _arrivals(self, month: int, who: Ints) -> tuple[Ints, Ints]:
        """Say when claims come in, and in which order they are dealt with."""
        halves = self.draws.highs(self.bases[who], "arrival", month)
        arrival = month * MONTH + (halves * MONTH >> 32)
        return arrival, np.lexsort((who, arrival, self._branch_of(who)))

    def _argued(self, event: dict[str, Any], case: Ints) -> Ints:
        """Let customers answer until every case is closed."""
        persistence = self.world.persistence
        turn = 0
        loud = self.c.insatiable > 0
        may_contest = persistence.contests > 0 or loud
        may_reopen = persistence.reopens > 0 or loud
        place = np.flatnonzero(event["is_claim"])
        while place.size:
            here = case[place]
            is_open = self.t.ending["is_open"][here].astype(bool)
            move = np.where(is_open, np.int64(Move.ACCEPT), np.int64(0))
            if (may_contest and is_open.any()) or may_reopen:
                self._weigh(f"answer {turn}", event, place, here, move)
            goes_on = move > 0
            place, move = place[goes_on], move[goes_on]
            case[place] = self.t.moved(case[place], move)
            turn += 1
            if not may_reopen:
                place = place[self.t.ending["is_open"][case[place]] > 0]
        return case

    def _weigh(
        self, purpose: str, event: dict[str, Any], place: Ints, here: Ints, move: Ints
    ) -> None:
        """Change moves by chance: contest an offer, or reopen a case."""
        is_open = move > 0
        felt = self._felt(event, place, here)
        month = int(event["month"][0])
        halves = self._halves(purpose, month, event["customer"][place])
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
            mine = {n: v[one : one + 1] for n, v in event.items() if n != "is_over"}
            if gone + int(offered[one]) > limit:
                told = {n: v[one : one + 1] for n, v in seen.items() if n in mine}
                told["is_over"] = 1
                case[one] = self.t.opened(told, history[one : one + 1], 1)[0]
            case[one] = self._argued(mine, case[one : one + 1].copy())[0]
            spent[branch] = gone + int(self.t.ending["paid"][case[one]])
        return case

    # -------------------------------------------------------------------- what follows

    def _react(self, month: int, event: dict[str, Any], rows: Ints) -> None:
        who, case = event["customer"], event["case"]
        genuine, ending, reaction = event["is_genuine"], self.t.ending, self.t.reaction
        felt = self._felt(event, slice(None), case)
        before = event["before"]
        if self.world.noise:
            chance = self.a.noise[self._halves("noise", month, who) >> 20]
            before = before + chance * genuine
        event["at_once"] = np.clip(before + reaction["transaction"][felt], 0, ONE)
        event["after"] = after = np.clip(before + reaction["lasting"][felt], 0, ONE)
        event["paid"] = ending["paid"][case]
        is_failed = genuine.astype(bool)
        row = dict(zip(_STATE, rows.T, strict=True))
        row["sat"][:] = after
        row["seen"][:] = month
        row["grievance"][:] = reaction["grievance"][felt]
        row["failures"] += genuine.astype(np.int32)
        event["nth"] = row["failures"].astype(np.int64)
        row["earlier"][is_failed] = (event["earlier"] + 1)[is_failed]
        row["failed"][is_failed] = month
        row["last"][is_failed] = 1 + ending["is_resolved"][case][is_failed]
        if not is_failed.all():
            bolder = row["bold"] + ending["is_bold"][case]
            row["bold"][:] = np.where(is_failed, row["bold"], bolder.clip(-BOLD, BOLD))
        self._remember(month, event, row)
        self.rows[who] = rows.view(_ROW).reshape(who.size)
        self._tempt(who, after)

    def _tempt(self, who: Ints, satisfaction: Ints) -> None:
        """Bound the chance to leave for as long as nothing else happens."""
        worst = np.maximum(self.a.leave[satisfaction], self.a.leave[self.c.usual])
        self.bound[who] = np.minimum(worst, HALF - 1)

    def _remember(
        self, month: int, event: dict[str, Any], row: Mapping[str, Ints]
    ) -> None:
        """Put claims on record."""
        claims = event["is_claim"]
        ago = 2 * np.minimum(month - row["claimed"].astype(np.int64), 15)
        marked = ((row["history"] << ago) & _ALL) | (1 + event["is_confirmed"])
        row["history"][:] = np.where(claims, marked, row["history"])
        row["claimed"][claims] = month
        if self.company.keeps_amounts:
            who, paid = event["customer"][claims], event["paid"][claims]
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
            halves = self.draws.highs(
                self.bases[who[place]], f"listener {number}", month
            )
            listener = first + (halves * self.branch >> 32)
            is_there = listener < self.n
            is_there[is_there] &= self.here[listener[is_there]]
            is_there &= listener != who[place]
            np.add.at(heard, listener[is_there], effect[is_there])
        touched = np.flatnonzero(heard)
        now = np.clip(self._now(touched, month) + heard[touched], 0, ONE)
        self.state[touched, _AT["sat"]] = now
        self.state[touched, _AT["seen"]] = month
        self._tempt(touched, now)

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
        gone = could[low[could] < self.a.leave[self._now(could, month)]]
        self.here[gone] = False
        self.left[gone] = month + 1
        if len(self.events["stays"]) < len(self.events["customer"]):
            who = self.events["customer"][-1]
            self.events["stays"].append(self.here[who].astype(np.int64))

    def _block(self, followed: Ints) -> Block:
        last = self.months - 1
        late = self.begun > last
        self.left[late] = self.begun[late]
        ago = np.maximum(0, last - self._get("seen"))
        satisfaction = self._faded(self._get("sat"), ago) * self.here
        events = {
            name: np.concatenate(parts) if parts else np.zeros(0, np.int64)
            for name, parts in self.events.items()
        }
        paid = np.bincount(events["customer"], events["paid"], self.n)
        return Block(
            start=self.start,
            months=self.months,
            tier=self._get("tier").astype(np.int64),
            begun=self.begun,
            left=self.left,
            stays=self.here.astype(np.int64),
            satisfaction=satisfaction,
            paid=paid.astype(np.int64),
            failures=self._get("failures"),
            events=events,
            endings=self.t.ending,
            paths=followed,
        )


_KNOWN: Final = ("tier", "is_detected", "has_proof", "years")
_PERSON: Final = (
    *("is_genuine", "is_insatiable", "expectation", "empathy", "relation"),
    *("earlier", "last"),
)
_ALL: Final = (1 << 30) - 1
_ODD: Final = 0x15555555
_EVEN: Final = 0x2AAAAAAA
_SHAMELESS: Final = HONESTY.index("opportunist")
