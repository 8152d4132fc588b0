"""Drive a real engine at random, against a small model written without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any, Final, TypeAlias

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from recovery_core import (
    Action,
    Attribution,
    Award,
    Case,
    Claim,
    Conduct,
    Fate,
    Money,
    Party,
    Reason,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    ServiceFailure,
    Verdict,
    from_json,
    to_json,
)
from recovery_core.errors import TransitionNotAllowedError
from recovery_core.events import Acceptance, Amends, Offer, Reopening
from recovery_core.process import replay
from recovery_core.testing.strategies.dues import news_of
from tests.support.due_book import DueBook

START: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
HOUR: Final = timedelta(hours=1)
ROUNDS: Final = 3
LIMITS: Final = {"ana": 4_00, "bo": 40_00, "boss": 10**9, "company": 4_00}
"""The most that each may give on one case without asking, in cents."""

# Written by hand from the specification, not read off the process.
TABLE: Final[dict[str, dict[str, str]]] = {
    "reported": {"acknowledge": "acknowledged", "withdraw": "unresolved"},
    "acknowledged": {
        "apologize": "apologized",
        "decline": "unresolved",
        "withdraw": "unresolved",
    },
    "apologized": {
        "offer": "offered",
        "decline": "unresolved",
        "withdraw": "unresolved",
    },
    "offered": {
        "accept": "accepted",
        "contest": "contested",
        "lapse": "contested",
        "withdraw": "unresolved",
    },
    "contested": {
        "offer": "offered",
        "decline": "unresolved",
        "concede": "unresolved",
        "withdraw": "unresolved",
    },
    "accepted": {"make_amends": "amended", "withdraw": "unresolved"},
    "amended": {"feed_back": "closed"},
    "unresolved": {"feed_back": "closed"},
    "closed": {"reopen": "reported"},
    "merged": {},
}
for _stage, _row in TABLE.items():
    if _stage not in {"closed", "merged"}:
        _row.update(escalate=_stage, merge="merged")
ORDER: Final = frozenset(
    {"out-of-order", "too-often", "no-offer", "offer-expired", "not-expired"}
    | {"nothing-accepted", "already-given", "another-process", "unknown-step"}
)


def euros(amount: int, *, is_statutory: bool = False) -> Remedy:
    """Give whole euros back."""
    value = Money.from_minor(amount * 100, "EUR")
    return Remedy(RemedyKind.REFUND, value, is_statutory=is_statutory)


LAW: Final = euros(5, is_statutory=True)
CARE: Final = Remedy(RemedyKind.CARE, what="a meal")
REDO: Final = Remedy(RemedyKind.REDO, what="the next train")
WHY: Final = (Reason("late", "the train was late"),)
AWARDS: Final = (
    Award(because=WHY),
    Award(amends=(euros(5),), because=WHY),
    Award(amends=(LAW, CARE)),
    Award(amends=(LAW, euros(7)), because=WHY),
    Award((euros(20), REDO), (euros(1),), WHY),
    Award((REDO,), valid_for=HOUR / 2),
    Award((euros(30), euros(60))),
    Award(amends=(euros(10), euros(1))),
)
ODD: Final = Reason("odd", "the third claim this week")
VERDICTS: Final = (
    Verdict(),
    *(
        Verdict(action=action, reasons=(ODD,))
        for action in (
            *(Action.NOTE, Action.ASK_EVIDENCE, Action.IN_KIND),
            *(Action.WARN, Action.REVIEW, Action.REFUSE),
        )
    ),
)
BLAMES: Final = (
    Attribution.unknown(),
    Attribution.to("firm"),
    Attribution.to(Party.CUSTOMER),
)
PEOPLE: Final = st.sampled_from(sorted(LIMITS))
ANYBODY: Final = st.sampled_from([*sorted(LIMITS), "customer", "Ana", "BOSS"])
Key: TypeAlias = tuple[object, ...]


def cents(remedies: tuple[Remedy, ...]) -> int:
    """Add up what is worth money."""
    return sum(r.value.minor for r in remedies if r.value is not None)


def most(award: Award) -> int:
    """Add up the most an award can cost."""
    dearest = max((cents((each,)) for each in award.alternatives), default=0)
    return dearest + cents(award.amends)


def is_free(remedy: Remedy) -> bool:
    """Tell whether a verdict may touch it."""
    return not remedy.is_statutory and remedy.kind is not RemedyKind.CARE


def in_kind(remedy: Remedy) -> Remedy:
    """Turn a free refund into credit."""
    if is_free(remedy) and remedy.kind is RemedyKind.REFUND:
        return attrs.evolve(remedy, kind=RemedyKind.CREDIT)
    return remedy


def tempered(award: Award, action: Action) -> Award:
    """Do to an award what a verdict asks for."""
    if action is Action.REFUSE:
        kept = [
            tuple(r for r in part if not is_free(r))
            for part in (award.alternatives, award.amends)
        ]
    elif action is Action.IN_KIND:
        kept = [
            tuple(map(in_kind, part)) for part in (award.alternatives, award.amends)
        ]
    else:
        return award
    return attrs.evolve(award, alternatives=kept[0], amends=kept[1])


def at_discretion(award: Award) -> Award:
    """Take from an award what only a policy can say: that the law grants it."""
    parts = [
        tuple(attrs.evolve(remedy, is_statutory=False) for remedy in part)
        for part in (award.alternatives, award.amends)
    ]
    return attrs.evolve(award, alternatives=parts[0], amends=parts[1])


def is_one_of(by: str, names: set[str]) -> bool:
    """Tell whether somebody is one of those, in capitals or not."""
    return by.lower() in {name.lower() for name in names}


@attrs.define
class Model:
    """What a case should look like, kept by hand."""

    stage: str = "reported"
    cycle: int = 1
    rounds: int = 0
    contacts: int = 1
    offer: tuple[Award, datetime | None] | None = None
    accepted: tuple[Remedy, ...] | None = None
    is_paid: bool = False
    dues: DueBook = attrs.Factory(DueBook)
    pending: Award | None = None
    is_own: bool = False
    leave: Award | None = None
    asker: str = ""
    was_asked: bool = False
    submitters: set[str] = attrs.Factory(set)
    answer: tuple[str, Key] | None = None
    found: Attribution | None = None
    by_person: bool = False
    perceived: Attribution | None = None
    evidence: int = 0
    verdict: Verdict | None = None
    is_final: bool = False
    parties: set[str] = attrs.Factory(set)
    is_appealed: bool = False

    def begin_cycle(self) -> None:
        """Start the steps again."""
        self.cycle += 1
        self.rounds = 0
        self.offer = self.accepted = self.pending = self.answer = self.leave = None
        self.is_paid = self.was_asked = False
        self.submitters = set()

    def park(self, award: Award, by: str, key: Key, *, is_own: bool) -> None:
        """Let an award wait for approval."""
        self.pending, self.asker, self.is_own = award, by, is_own
        self.answer, self.leave = ("awaited", key), None
        self.was_asked, self.submitters = True, set()

    def has_answered(self, by: str) -> bool:
        """Tell whether another one has submitted something since it was asked for."""
        return self.was_asked and any(
            not is_one_of(by, {other}) for other in self.submitters
        )

    @property
    def is_standing(self) -> bool:
        """Tell whether an offer waits for an answer or for what it promised."""
        return self.stage in {"offered", "accepted"}

    @property
    def given(self) -> tuple[Remedy, ...]:
        """List what counts as given, by the books."""
        return tuple(self.dues.given)


def stands(*stages: str) -> Callable[[Any], bool]:
    """Tell whether the case stands in one of the stages.

    Steps out of order need no rule: an invariant tries each of them everywhere.
    """
    return lambda walk: walk.model.stage in stages


@attrs.frozen
class Ask:
    """Pass a claim on to a walk, which is no part of what the policy is."""

    policy: Callable[[Claim], Award] = attrs.field(eq=False)

    def __call__(self, claim: Claim, /) -> Award:
        """Ask the walk."""
        return self.policy(claim)


class Walk(RuleBasedStateMachine):
    """Take random steps and records, and hold the case to the model after each."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.award = AWARDS[1]
        self.blame = BLAMES[0]
        self.hook: Verdict | None = Verdict()
        self.model = Model()
        self.past: list[tuple[Case, str]] = []
        self.steps = 0
        self.authorised = 0

    # ------------------------------------------------------------- the plugs

    def tell(self) -> datetime:
        """Tell the machine's time."""
        return self.now

    def pay(self, claim: Claim) -> Award:
        """Give the machine's award; the claim must say what the model says."""
        model = self.model
        assert (claim.cycle, claim.round) == (model.cycle, model.rounds + 1)
        assert (claim.as_of, claim.opened_at) == (self.now, self.opened_at)
        assert (claim.earlier, claim.contacts) == (model.given, model.contacts)
        assert claim.perception == model.perceived
        assert len(claim.evidence) == model.evidence
        wanted = model.found if model.by_person else self.blame
        assert claim.attribution == wanted
        assert claim.owed == 1 - claim.attribution.share(Party.CUSTOMER)
        return self.award

    def lay(self, _claim: Claim) -> Attribution:
        """Lay the failure as the machine says."""
        return self.blame

    def owe(self, attribution: Attribution) -> Fraction:
        """Owe all but the customer's share."""
        return 1 - attribution.share(Party.CUSTOMER)

    def suspect(self, _claim: Claim) -> Verdict:
        """Say what the machine says, or break down."""
        if self.hook is None:
            raise OSError("no model")
        return self.hook

    def may(
        self, award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
    ) -> tuple[Reason, ...]:
        """Let each give up to a limit on one case."""
        assert (earlier, at) == (self.model.given, self.now)
        if cents(earlier) + most(award) <= LIMITS.get(by, 0):
            return ()
        return (Reason("above-limit", "ask somebody who may", {"by": by}),)

    # --------------------------------------------------------------- the start

    @initialize(valid_for=st.sampled_from([None, HOUR]), holds=st.booleans())
    def set_up(self, valid_for: timedelta | None, *, holds: bool) -> None:
        """Set up an engine with every plug, and open a case."""
        self.holds = holds
        self.valid_for = valid_for
        self.engine = RecoveryEngine(
            policy=Ask(self.pay),
            attribution=self.lay,
            liability=self.owe,
            abuse=self.suspect,
            authority=self.may,
            offer_valid_for=valid_for,
            on_hook_error="hold" if holds else "open",
            clock=self.tell,
            new_id=self.name,
        )
        self.open_another()

    def name(self) -> str:
        """Number the cases."""
        self.steps += 1
        return f"c-{self.steps}"

    def open_another(self) -> None:
        """Go on with a fresh case."""
        self.case = self.engine.open(ServiceFailure("train late"))
        self.opened_at = self.now
        self.model = Model()
        self.model.dues.enter(self.case.log[0][3])
        self.authorised = 0

    @precondition(stands("merged"))
    @rule()
    def move_on(self) -> None:
        """Leave a merged case behind."""
        self.open_another()

    # ------------------------------------------------------------- one attempt

    def attempt(
        self,
        call: Callable[..., Case],
        *given: Any,
        codes: list[str],
        stands: str | None = None,
        **more: Any,
    ) -> bool:
        """Make a call that is refused with exactly these codes, or goes through."""
        before, text = self.case, to_json(self.case)
        error: TransitionNotAllowedError | None = None
        try:
            after = call(before, *given, **more)
        except TransitionNotAllowedError as refusal:
            error = refusal
        if error is not None:
            assert [reason.code for reason in error.reasons] == codes
            assert error.state == (stands or before.state)
            assert before.state == self.model.stage
            assert to_json(before) == text
            return False
        assert not codes
        self.past.append((before, text))
        self.case = after
        self.check_growth(before)
        for move, _, _, detail in after.log[len(before.log) :]:
            self.model.dues.enter(detail, begins_cycle=move.begins_cycle)
        return True

    def check_growth(self, before: Case) -> None:
        """Hold the log to growing, at the injected time."""
        known = len(before.log)
        assert self.case.log[:known] == before.log
        assert len(self.case.log) > known
        assert all(row[1] == self.now for row in self.case.log[known:])

    def order(self, trigger: str) -> list[str]:
        """List why the order of the steps forbids a trigger."""
        model = self.model
        codes = [] if trigger in TABLE[model.stage] else ["out-of-order"]
        if trigger == "offer" and model.rounds >= ROUNDS:
            codes.append("too-often")
        return codes

    def state_of_offer(self, trigger: str) -> list[str]:
        """List what the offer on the table has against a trigger."""
        if trigger == "make_amends" and self.model.accepted is None:
            return ["already-given" if self.model.is_paid else "nothing-accepted"]
        if trigger not in {"accept", "lapse"}:
            return []
        if self.model.offer is None:
            return ["no-offer"]
        expires_at = self.model.offer[1]
        is_over = expires_at is not None and self.now >= expires_at
        if trigger == "accept":
            return ["offer-expired"] if is_over else []
        return [] if is_over else ["not-expired"]

    def against(self, trigger: str) -> list[str]:
        """List all that forbids a trigger, whatever is passed to it."""
        return [*self.order(trigger), *self.state_of_offer(trigger)]

    def move(self, trigger: str) -> None:
        """Follow a step in the model."""
        self.model.stage = TABLE[self.model.stage][trigger]

    # ---------------------------------------------------------------- the world

    @rule(span=st.sampled_from([TICK, HOUR / 2 - TICK, HOUR / 2, HOUR, 30 * HOUR]))
    def wait(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span

    @precondition(lambda self: self.model.offer and self.model.offer[1])
    @rule(off=st.sampled_from([-TICK, timedelta(), TICK]))
    def wait_for_the_end(self, off: timedelta) -> None:
        """Let time pass until an offer has just ended, or has not quite."""
        assert self.model.offer is not None
        assert self.model.offer[1] is not None
        self.now = max(self.now, self.model.offer[1] + off)

    @rule(award=st.sampled_from(AWARDS))
    def change_the_policy(self, award: Award) -> None:
        """Let the policy give something else."""
        self.award = award

    @rule(hook=st.sampled_from(VERDICTS), blame=st.sampled_from(BLAMES))
    def change_the_plugs(self, hook: Verdict, blame: Attribution) -> None:
        """Let detector and attribution say something else."""
        self.hook, self.blame = hook, blame

    @precondition(lambda self: self.hook is not None)
    @rule()
    def break_the_hook(self) -> None:
        """Let the detector break down."""
        self.hook = None

    # ---------------------------------------------------------------- the steps

    @rule(by=PEOPLE, steps=st.integers(1, 4))
    def advance(self, by: str, steps: int) -> None:
        """Go on as most cases do, so that walks get somewhere."""
        for _ in range(steps):
            self.advance_once(by)

    @rule(by=PEOPLE, steps=st.integers(1, 4))
    def advance_again(self, by: str, steps: int) -> None:
        """Go on as most cases do, twice as often."""
        self.advance(by, steps)

    def advance_once(self, by: str) -> None:
        """Take the step that comes next."""
        stage = self.model.stage
        if stage in {"reported", "acknowledged"}:
            trigger = "acknowledge" if stage == "reported" else "apologize"
            assert self.attempt(getattr(self.engine, trigger), by=by, codes=[])
            self.move(trigger)
        elif stage == "offered":
            self.accept_well()
        elif stage == "accepted":
            self.make_amends(by)
        elif stage in {"amended", "unresolved"}:
            self.feed_back()
        elif stage == "closed":
            self.reopen()
        elif self.model.pending is None:
            self.offer_now(by, None)
        else:
            self.answer(by, yes=True)

    @precondition(stands("apologized", "contested"))
    @rule(by=PEOPLE, own=st.none() | st.sampled_from(AWARDS))
    def offer(self, by: str, own: Award | None) -> None:
        """Offer what the policy gives, or something at discretion."""
        self.offer_now(by, own)

    @precondition(stands("offered", "contested"))
    @rule(by=PEOPLE, times=st.integers(1, 4))
    def haggle(self, by: str, times: int) -> None:
        """Refuse what is on the table and hear the next offer, up to an impasse."""
        for _ in range(times):
            if self.model.stage == "offered":
                self.contest(None)
            self.offer_now(by, None)

    def offer_now(self, by: str, own: Award | None) -> None:
        """Work out what an offer leads to, and see that it does."""
        model, order = self.model, self.order("offer")
        if order:
            assert not self.attempt(self.engine.offer, by=by, award=own, codes=order)
            return
        verdict, broken = self.verdict_now()
        untouched = self.award_of(own)
        is_own = own is not None or model.leave is not None
        award = tempered(untouched, verdict.action)
        if award.is_empty:
            codes = ["nothing-to-offer", *(reason.code for reason in award.because)]
            if award != untouched:
                codes += ["tempered-refuse", "odd"]
            assert not self.attempt(self.engine.offer, by=by, award=own, codes=codes)
            return
        holds = self.holds_against(award, verdict, by, broken=broken)
        key = self.key(award, verdict, broken=broken)
        says = model.answer[0] if model.answer and model.answer[1] == key else None
        lawful = Award() if is_own else tempered(award, Action.REFUSE)
        names_the_asker = model.asker == "company" != by
        codes = []
        if holds and says == "denied" and lawful.is_empty:
            codes = ["approval-denied", *holds]
        if holds and says == "awaited" and not names_the_asker:
            codes = ["approval-awaited", *holds]
        if not self.attempt(self.engine.offer, by=by, award=own, codes=codes):
            return
        self.note_what_was_found(verdict, by, broken=broken)
        if holds and says not in {"approved", "denied"}:
            model.park(award, by, key, is_own=is_own)
            return
        if holds and says == "denied":
            award = lawful
            self.authorised = cents(model.given) + most(award)
        else:
            self.check_authorised(award, by, says)
        self.move("offer")
        model.rounds += 1
        span = award.valid_for or self.valid_for
        model.offer = award, None if span is None else self.now + span
        model.pending = model.leave = model.accepted = None
        offer = self.case.offer
        assert offer is not None
        assert (offer.award, offer.expires_at) == model.offer
        assert offer.policy == (None if is_own else self.engine.policy_hash)

    def award_of(self, own: Award | None) -> Award:
        """Say what is to be offered: somebody's, the one approved, or the policy's."""
        if own is not None:
            return at_discretion(own)
        return self.award if self.model.leave is None else self.model.leave

    def verdict_now(self) -> tuple[Verdict, bool]:
        """Say which verdict counts, and whether the hook was asked and broke."""
        if self.model.is_final and self.model.verdict is not None:
            return self.model.verdict, False
        if self.hook is not None:
            return self.hook, False
        reason = Reason("hook-failed", "held")
        held = Verdict(action=Action.REVIEW, reasons=(reason,))
        return (held if self.holds else Verdict()), True

    def holds_against(
        self, award: Award, verdict: Verdict, by: str, *, broken: bool
    ) -> list[str]:
        """List why an award cannot go out without asking."""
        codes = []
        waits = verdict.action is Action.REVIEW or (
            verdict.action is Action.ASK_EVIDENCE and not self.model.has_answered(by)
        )
        if waits and any(map(is_free, award.remedies)):
            codes.append("hook-failed" if broken else "odd")
        if cents(self.model.given) + most(award) > LIMITS[by]:
            codes.append("above-limit")
        return codes

    def key(self, award: Award, verdict: Verdict, *, broken: bool) -> Key:
        """Name all that an approval approves."""
        model = self.model
        codes = tuple(reason.code for reason in award.because)
        parts = (award.alternatives, award.amends, award.valid_for, codes)
        why = (verdict.action, broken and self.holds)
        return (*parts, *why, model.cycle, model.rounds, model.given)

    def note_what_was_found(self, verdict: Verdict, by: str, *, broken: bool) -> None:
        """Follow in the model what goes on record with an offer or a request."""
        model = self.model
        if not model.by_person:
            model.found = self.blame
        if not broken and not model.is_final and verdict != model.verdict:
            model.verdict = verdict
            model.parties |= {by, "Walk.suspect"}

    def check_authorised(self, award: Award, by: str, says: str | None) -> None:
        """Demand that somebody who may give this much offered or approved it."""
        total = cents(self.model.given) + most(award)
        assert total <= LIMITS[by] or says == "approved"
        self.authorised = total

    @precondition(stands("offered"))
    @rule(alternative=st.none() | st.integers(-1, 2))
    def accept(self, alternative: int | None) -> None:
        """Take the offer, with any choice."""
        self.accept_now(alternative)

    @precondition(stands("offered"))
    @rule()
    def accept_well(self) -> None:
        """Take the first alternative if there is one, and wait for the amends."""
        assert self.model.offer is not None
        self.accept_now(0 if self.model.offer[0].alternatives else None)

    def accept_now(self, alternative: int | None) -> None:
        """Work out what an acceptance leads to, and see that it does."""
        model, codes = self.model, self.against("accept")
        chosen: tuple[Remedy, ...] = ()
        if model.offer is not None:
            choices = model.offer[0].alternatives
            if alternative is None and len(choices) == 1:
                chosen = choices
            elif alternative is None and choices:
                codes.append("no-choice")
            elif alternative is not None and alternative not in range(len(choices)):
                codes.append("no-such-alternative")
            elif alternative is not None:
                chosen = (choices[alternative],)
        if self.attempt(self.engine.accept, alternative=alternative, codes=codes):
            assert model.offer is not None
            model.accepted = (*chosen, *model.offer[0].amends)
            self.move("accept")

    @precondition(stands("offered"))
    @rule(asks_for=st.sampled_from([None, REDO]))
    def contest(self, asks_for: Remedy | None) -> None:
        """Refuse the offer."""
        codes = self.order("contest")
        if self.attempt(self.engine.contest, "no", asks_for=asks_for, codes=codes):
            self.move("contest")
            self.model.contacts += 1

    @precondition(stands("offered"))
    @rule()
    def lapse(self) -> None:
        """Note that the offer ran out."""
        if self.attempt(self.engine.lapse, codes=self.against("lapse")):
            self.move("lapse")

    @precondition(stands("accepted"))
    @rule(by=PEOPLE)
    def make_amends(self, by: str) -> None:
        """Give what was accepted, and nothing else."""
        model = self.model
        if self.attempt(
            self.engine.make_amends, by=by, codes=self.against("make_amends")
        ):
            assert model.accepted is not None
            assert self.case.amends == model.accepted
            model.accepted, model.is_paid = None, True
            assert cents(model.given) <= self.authorised
            self.move("make_amends")

    @rule(trigger=st.sampled_from(["decline", "concede", "withdraw"]))
    def give_up(self, trigger: str) -> None:
        """Decline, concede or withdraw, in order or not."""
        call = getattr(self.engine, trigger)
        if self.attempt(call, "that is it", codes=self.order(trigger)):
            self.move(trigger)
            self.model.pending = self.model.accepted = None

    @precondition(stands("amended", "unresolved"))
    @rule()
    def feed_back(self) -> None:
        """Close the case with a lesson."""
        if self.attempt(
            self.engine.feed_back, "a lesson", codes=self.order("feed_back")
        ):
            self.move("feed_back")

    @precondition(stands("closed"))
    @rule()
    def reopen(self) -> None:
        """Find that the recovery failed too."""
        if self.attempt(self.engine.reopen, "again", codes=self.order("reopen")):
            self.move("reopen")
            self.model.begin_cycle()
            self.model.contacts += 1

    @rule(to=st.sampled_from(["lead", "lawyer"]))
    def escalate(self, to: str) -> None:
        """Pass the case on."""
        if self.attempt(self.engine.escalate, to, codes=self.order("escalate")):
            assert self.case.tier == to

    @precondition(stands("amended", "offered", "accepted", "unresolved"))
    @rule(waits=st.booleans())
    def merge_away(self, *, waits: bool) -> None:
        """Fold the case into another one, on which an offer may wait."""
        other = self.another(gives=False, submits=False, waits=waits)
        codes = self.order("merge")
        owes = self.model.accepted or ()
        if waits and (self.model.given or owes):
            codes.append("offer-open")
        survivors: list[Case] = []

        def merge(case: Case) -> Case:
            merged, survivor = self.engine.merge(case, other)
            survivors.append(survivor)
            return merged

        if self.attempt(merge, codes=codes):
            assert survivors[0].given == self.model.given
            assert survivors[0].contacts == self.model.contacts + 1
            assert len(survivors[0].evidence) == self.model.evidence
            assert replay(survivors[0].events) == survivors[0]
            self.move("merge")
            self.model.pending = self.model.accepted = None

    @precondition(lambda self: self.model.stage not in {"closed", "merged"})
    @rule(gives=st.booleans(), submits=st.booleans())
    def take_in(self, *, gives: bool, submits: bool) -> None:
        """Fold another case into this one, with what it was given and went through."""
        other = self.another(gives=gives, submits=submits)
        codes = ["offer-open"] if gives and self.model.is_standing else []

        def absorb(case: Case) -> Case:
            return self.engine.merge(other, case)[1]

        if self.attempt(absorb, codes=codes, stands=other.state):
            self.model.contacts += 1 + submits
            self.model.evidence += submits
            self.authorised += 200 if gives else 0
            assert other.id in self.case.absorbed

    def another(self, *, gives: bool, submits: bool, waits: bool = False) -> Case:
        """Walk another case, without any plug, to where it was offered or paid."""
        award = Award(amends=(euros(2),))
        plain = RecoveryEngine(
            policy=lambda _: award, clock=self.tell, new_id=self.name
        )
        case = plain.open(ServiceFailure("same"))
        if submits:
            case = plain.submit_evidence(case, "a photo of the same")
        if gives or waits:
            case = plain.offer(plain.apologize(plain.acknowledge(case)))
        return plain.make_amends(plain.accept(case)) if gives else case

    # --------------------------------------------------------------- the records

    def record(
        self, call: Callable[..., Case], *given: Any, codes: list[str], **more: Any
    ) -> bool:
        """Attempt a record; on a merged case that is refused besides."""
        if self.model.stage == "merged":
            codes = [*codes, "merged"]
        stood = self.case.state
        went = self.attempt(call, *given, codes=codes, **more)
        assert self.case.state == stood
        return went

    @rule(blame=st.sampled_from(BLAMES), by_person=st.booleans())
    def lay_blame(self, blame: Attribution, *, by_person: bool) -> None:
        """Let a person find, or the customer tell, whose doing it was."""
        if by_person and self.record(
            self.engine.record_finding, blame, by="boss", codes=[]
        ):
            self.model.found, self.model.by_person = blame, True
        elif self.record(self.engine.perceive, blame, codes=[]):
            self.model.perceived = blame

    @rule(
        submits=st.booleans(),
        conduct=st.sampled_from(Conduct),
        by=st.sampled_from(["customer", "customer", "ana", "BOSS"]),
    )
    def make_contact(self, conduct: Conduct, by: str, *, submits: bool) -> None:
        """Let the customer call, in some mood, or somebody submit evidence."""
        given = ("a photo",) if submits else ()
        call: Any = self.engine.submit_evidence if submits else self.engine.contact
        if self.record(call, *given, by=by, codes=[]):
            self.model.contacts += 1
            self.model.evidence += submits
            self.model.submitters |= {by} if submits else set()
            assert self.record(self.engine.note_conduct, conduct, by="ana", codes=[])
            assert self.case.conduct is conduct

    @precondition(lambda self: self.model.stage != "merged")
    @rule(by=PEOPLE)
    def assess(self, by: str) -> None:
        """Put on record what is found now, and nothing that is known."""
        before = self.case
        verdict, broken = self.verdict_now()
        self.case = self.engine.assess(before, by=by)
        known = (self.model.found, self.model.verdict)
        self.note_what_was_found(verdict, by, broken=broken)
        is_news = broken or known != (self.model.found, self.model.verdict)
        assert (self.case.version > before.version) is is_news
        assert self.case.state == before.state
        self.past.append((before, to_json(before)))

    @precondition(lambda self: self.model.verdict is not None)
    @rule()
    def appeal(self) -> None:
        """Appeal against the verdict."""
        verdict = self.model.verdict
        suspected = verdict is not None and verdict.action is not Action.CLEAR
        codes = [] if suspected else ["no-verdict"]
        if self.record(self.engine.appeal, "not me", codes=codes):
            self.model.is_appealed = True
            self.model.contacts += 1

    @precondition(lambda self: self.model.verdict is not None)
    @rule(by=st.sampled_from(["ana", "BOSS", "cy", "customer"]), to=st.integers(0, 6))
    def judge_appeal(self, by: str, to: int) -> None:
        """Decide the appeal, one way or another."""
        model, codes = self.model, []
        if not model.is_appealed:
            codes = ["no-appeal"]
        elif is_one_of(by, model.parties | {"customer"}):
            codes = ["own-case"]
        if self.record(self.engine.judge_appeal, VERDICTS[to], by=by, codes=codes):
            model.verdict, model.is_final, model.is_appealed = VERDICTS[to], True, False
            model.parties.add(by)

    @rule(by=ANYBODY, yes=st.booleans())
    def answer_at_any_time(self, by: str, *, yes: bool) -> None:
        """Approve or deny, whether anything waits or not."""
        self.answer(by, yes=yes)

    @precondition(lambda self: self.model.pending is not None)
    @rule(by=ANYBODY, yes=st.booleans())
    def answer(self, by: str, *, yes: bool) -> None:
        """Approve or deny what waits."""
        model, codes = self.model, []
        if model.pending is None:
            codes = ["nothing-waits"]
        else:
            if model.asker == "company":
                codes = ["asker-unnamed"]
            elif is_one_of(by, {model.asker, "customer"}):
                codes = ["own-request"]
            total = cents(model.given) + most(model.pending)
            codes += ["above-limit"] if yes and total > LIMITS.get(by, 0) else []
        given = () if yes else ("too much",)
        call: Any = self.engine.approve if yes else self.engine.deny
        if self.record(call, *given, by=by, codes=codes):
            assert model.answer is not None
            model.answer = "approved" if yes else "denied", model.answer[1]
            model.leave = model.pending if yes and model.is_own else None
            model.pending = None

    @precondition(lambda self: self.model.pending is not None)
    @rule(by=PEOPLE)
    def approve_and_offer(self, by: str) -> None:
        """Approve what waits, and let whoever asked for it offer it at once."""
        asker = self.model.asker
        if asker == "company":
            asker = "ana"
            self.offer_now(asker, self.model.pending if self.model.is_own else None)
        self.answer(by, yes=True)
        self.offer_now(asker, None)

    # ----------------------------------------------------------- what is owed

    @rule(data=st.data(), of_nothing=st.integers(0, 9))
    def hear_news(self, data: st.DataObject, of_nothing: int) -> None:
        """Let a provider tell the truth or lie, late, in part, or twice."""
        known = (*self.case.dues, *self.case.absorbed_dues)
        if not known or not of_nothing:
            codes = ["no-such-due"]
            assert not self.attempt(
                self.engine.deliver, "c-0/1", Fate.FAILED, codes=codes
            )
            return
        news = data.draw(news_of(data.draw(st.sampled_from(known))))
        call = partial(
            self.engine.deliver,
            amount=news.amount,
            reference=news.reference,
            attempt=news.attempt,
            happened_at=news.happened_at,
        )
        if self.case.has_heard(news):
            assert call(self.case, news.due, news.fate) is self.case
            return
        assert self.attempt(call, news.due, news.fate, codes=[])
        assert self.case.has_heard(news)
        assert call(self.case, news.due, news.fate) is self.case
        # What a provider did was never authorised; nothing more may come of it.
        self.authorised = max(self.authorised, cents(self.model.given))

    @precondition(lambda self: self.model.dues.pages or self.model.dues.others)
    @rule(data=st.data(), retries=st.booleans(), by=PEOPLE)
    def decide_about_a_due(
        self, data: st.DataObject, by: str, *, retries: bool
    ) -> None:
        """Try again what failed, or cancel what is not on its way."""
        book = self.model.dues
        due = data.draw(st.sampled_from([*book.pages, *book.others]))
        page = book.find(due)
        assert page is not None
        if retries:
            is_certain = page.fate in {Fate.FAILED, Fate.REVERSED}
            codes = [] if is_certain else ["not-retriable"]
            self.record(self.engine.retry, due, by=by, codes=codes)
            self.authorised = max(self.authorised, cents(self.model.given))
            return
        waits = page.fate in {Fate.EXECUTING, Fate.UNKNOWN}
        codes = ["in-flight"] if waits else [] if page.is_open else ["not-owed"]
        self.record(self.engine.cancel, due, "no longer", by=by, codes=codes)

    @rule(number=st.integers(1, 3))
    def settle(self, number: int) -> None:
        """Find out what was true of a contradiction."""
        is_open = number in self.model.dues.open_numbers
        codes = [] if is_open else ["no-contradiction"]
        call = self.engine.settle_contradiction
        self.attempt(call, number, "it was paid", by="bo", codes=codes)

    # --------------------------------------------------------------- what holds

    @invariant()
    def the_case_is_what_the_model_says(self) -> None:
        """Stage, cycle, rounds, money, approval and blame are the model's."""
        case, model = self.case, self.model
        assert (case.state, case.cycle) == (model.stage, model.cycle)
        assert (case.round, case.contacts) == (model.rounds, model.contacts)
        assert case.is_double_deviation is (model.cycle > 1)
        assert case.is_open is (model.stage not in {"closed", "merged"})
        assert case.given == model.given
        self.check_dues(case, model.dues)
        assert case.version == len(case.events)
        assert len(case.evidence) == model.evidence
        assert case.is_promised is (model.accepted is not None)
        assert case.has_standing_offer is model.is_standing
        waits = case.pending_approval
        assert (None if waits is None else waits.award) == model.pending
        assert (case.finding, case.found_by_person) == (model.found, model.by_person)
        assert (case.perception, case.verdict) == (model.perceived, model.verdict)

    def check_dues(self, case: Case, book: DueBook) -> None:
        """Hold what is owed to the books, which add news up on their own."""
        pages = {**book.pages, **book.others}
        for due in (*case.dues, *case.absorbed_dues):
            page = pages.pop(due.id)
            assert (due.fate, due.is_owed) == (page.fate, page.is_open)
            assert (due.settled.minor if due.settled else 0) == page.kept * page.is_sum
            has_contradiction = due.id in {name for name, _ in book.contradictions}
            assert page.kept <= page.owed or not page.is_sum or has_contradiction
        assert not pages
        assert [c.number for c in case.contradictions] == book.open_numbers

    @invariant()
    def allowed_is_what_the_steps_take(self) -> None:
        """The steps listed are those that no reason of order forbids."""
        expected = {t for row in TABLE.values() for t in row if not self.against(t)}
        allowed = self.engine.allowed(self.case)
        assert len(allowed) == len(set(allowed))
        assert set(allowed) == expected
        for trigger in TAKEN:
            codes = self.codes_for(trigger)
            if trigger in expected:
                assert not ORDER & set(codes)
            else:
                against = self.against(trigger)
                assert codes[: len(against)] == against

    def codes_for(self, trigger: str) -> list[str]:
        """Take a step for trial, and list the codes of what is against it."""
        log = self.case.log
        try:
            TAKEN[trigger](self.engine, self.case)
        except TransitionNotAllowedError as refusal:
            assert self.case.log is log
            return [reason.code for reason in refusal.reasons]
        return []

    @invariant()
    def sorry_can_always_be_said(self) -> None:
        """A reported case is acknowledged and apologized for, whatever was found."""
        if self.model.stage == "reported":
            case = self.engine.apologize(self.engine.acknowledge(self.case))
            assert case.state == "apologized"

    @invariant()
    def the_log_is_the_case(self) -> None:
        """Replay and JSON give back the identical case."""
        assert replay(self.case.events) == self.case
        assert from_json(to_json(self.case)) == self.case

    @invariant()
    def nothing_is_given_that_was_not_accepted(self) -> None:
        """The log alone shows one acceptance before amends, once a cycle."""
        offer: Offer | None = None
        accepted: tuple[Remedy, ...] | None = None
        for detail in (event.detail for event in self.case.events):
            if isinstance(detail, Reopening):
                offer = accepted = None
            elif isinstance(detail, Offer):
                offer, accepted = detail, None
            elif isinstance(detail, Acceptance):
                assert offer is not None
                chosen = detail.alternative
                parts = () if chosen is None else (offer.award.alternatives[chosen],)
                accepted = (*parts, *offer.award.amends)
            elif isinstance(detail, Amends):
                assert detail.remedies == accepted
                offer = accepted = None

    def teardown(self) -> None:
        """See that no old case has changed."""
        for case, text in self.past:
            assert to_json(case) == text


TAKEN: Final[dict[str, Callable[[RecoveryEngine, Case], object]]] = {
    "acknowledge": lambda d, c: d.acknowledge(c),
    "apologize": lambda d, c: d.apologize(c),
    "offer": lambda d, c: d.offer(c, by="boss"),
    "accept": lambda d, c: d.accept(c),
    "contest": lambda d, c: d.contest(c, "no"),
    "lapse": lambda d, c: d.lapse(c),
    "make_amends": lambda d, c: d.make_amends(c),
    "decline": lambda d, c: d.decline(c, "no"),
    "concede": lambda d, c: d.concede(c, "no"),
    "withdraw": lambda d, c: d.withdraw(c, "no"),
    "feed_back": lambda d, c: d.feed_back(c, "x"),
    "reopen": lambda d, c: d.reopen(c, "again"),
    "escalate": lambda d, c: d.escalate(c, "lead"),
    "merge": lambda d, c: d.merge(c, d.open(ServiceFailure("late"))),
}
"""Each step, taken as well as it can be."""

TestWalk = Walk.TestCase
TestWalk.settings = settings(stateful_step_count=40)
