"""Ask plugs no more often than they can tell claims apart, and see what they look at.

A plug is a pure function of the claim. Where all that it ever looked at is as it was
before, it answers as before, and need not be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from ..._domain.attribution import Attribution
from ..._domain.claim import Claim
from ..._domain.customer import Customer
from ..._domain.descriptions import describe, describe_error
from ..._domain.plugs import name_of
from ..._domain.remedy import Award
from ..._domain.verdict import Verdict
from ...engine import RecoveryEngine
from ...errors import ContractError
from .situations import Situation

__all__ = ["HISTORY", "PROOF", "YEARS_KNOWN", "Inquiry", "MemoisedPlug", "PlugQuestion"]

PROOF: Final = "proof"
HISTORY: Final = "claims"
YEARS_KNOWN: Final = "since"

_OF_RECORDS: Final = frozenset({HISTORY, YEARS_KNOWN})
_EARLY: Final = 8
_OFTEN: Final = 16
_T = TypeVar("_T")

Shown: TypeAlias = "Callable[[Situation], Mapping[str, Any]]"
Read: TypeAlias = "Callable[[Situation, Claim, datetime], Hashable]"


# ------------------------------------------------------------------- what is looked at


def _read_and_note_attribute(
    value: object, name: str, kind: type, noted: Callable[[str], bool]
) -> Any:
    """Read an attribute of a watched value, and note what there is to note."""
    if name == "__class__":
        return kind  # whatever is made of it is plain; making it reads all there is
    if noted(name):
        object.__getattribute__(value, "_seen")[name] = None
    return object.__getattribute__(value, name)


def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind))


class _WatchedClaim(Claim):
    __slots__ = ("_seen",)

    def __getattribute__(self, name: str) -> Any:
        return _read_and_note_attribute(self, name, Claim, _OF_CLAIM.__contains__)

    def __reduce__(self) -> tuple[Any, ...]:
        return _build_without_checks, (Claim, _field_values_by_name(self))


class _WatchedCustomer(Customer):
    __slots__ = ("_seen",)

    def __getattribute__(self, name: str) -> Any:
        return _read_and_note_attribute(self, name, Customer, _OF_RECORDS.__contains__)

    def __reduce__(self) -> tuple[Any, ...]:
        return _build_without_checks, (Customer, _field_values_by_name(self))


# A plug that fails is told about by the name that everybody knows.
_WatchedClaim.__name__ = _WatchedClaim.__qualname__ = "Claim"
_WatchedCustomer.__name__ = _WatchedCustomer.__qualname__ = "Customer"

_FIELDS: Final[Mapping[type[Any], tuple[str, ...]]] = {
    Claim: _field_names(Claim),
    Customer: _field_names(Customer),
}
_OF_CLAIM: Final = frozenset(_FIELDS[Claim])


def _field_values_by_name(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in _FIELDS[value.__class__]}


def _build_without_checks(kind: type[_T], parts: Mapping[str, Any]) -> _T:
    """Build a frozen value of parts that were checked before."""
    made = object.__new__(kind)
    for name, part in parts.items():
        object.__setattr__(made, name, part)
    return made


def _watched_copy(
    claim: Claim, inputs_observed: dict[str, None], **other: Any
) -> Claim:
    """Copy a claim into one that tells what is read of it."""
    parts = {**_field_values_by_name(claim), **other}
    whose = {**_field_values_by_name(parts["customer"]), "_seen": inputs_observed}
    customer = _build_without_checks(_WatchedCustomer, whose)
    return _build_without_checks(
        _WatchedClaim, {**parts, "customer": customer, "_seen": inputs_observed}
    )


# What tells two claims apart to somebody who looks at a field. What belongs to a
# situation is told by its numbers; of a customer nothing but the tier is there to be
# seen besides records.

_TOLD_BY: Final[Mapping[str, Read]] = {
    "failure": lambda s, _claim, _at: s.of_failure,
    "case_id": lambda s, _claim, _at: s.of_failure,
    "as_of": lambda _s, _claim, at: at,
    "customer": lambda s, _claim, _at: s.tier,
    HISTORY: lambda s, _claim, _at: (s.history, s.awards),
    YEARS_KNOWN: lambda s, _claim, _at: s.years,
}


def _field_reader(name: str) -> Read:
    def read(_s: Situation, claim: Claim, _at: datetime) -> Hashable:
        return getattr(claim, name)  # type: ignore[no-any-return]

    return read


# ------------------------------------------------------------------------------- asking


class MemoisedPlug:
    """Ask a plug, and remember its answers by what it was seen to look at.

    Args:
        plug: What is asked.
        inquiry: Where it is known what it is asked about.
        shown: Gives what a claim shows of a situation, by the claim's fields.
    """

    plug: Callable[..., Any]
    inquiry: Inquiry
    inputs_observed: dict[str, None]

    def __init__(
        self, plug: Callable[..., Any], inquiry: Inquiry, shown: Shown
    ) -> None:
        """Begin with nothing answered."""
        self.plug, self.inquiry, self._shown = plug, inquiry, shown
        self.__qualname__ = name_of(plug)
        self.inputs_observed = {}
        self._reads: tuple[Read, ...] = ()
        self._answers_by_inputs_read: dict[tuple[Hashable, ...], Any] = {}
        self._asked = 0

    def __content__(self) -> object:
        """Go by the name; nobody reads the hash of what only asks a policy."""
        return self.__qualname__

    def __call__(self, claim: Claim, /) -> Any:
        """Answer the engine, and put on the trail what was asked and answered."""
        inquiry, at = self.inquiry, claim.as_of
        question = PlugQuestion(self, claim, inquiry.situation.step)
        try:
            answer = self.answer_from_memo_or_plug(inquiry.situation, claim, at)
        except Exception as error:
            inquiry.trail.append((question, _effect_of_error(error)))
            raise
        inquiry.trail.append((question, _effect_of_answer(answer, at)))
        return answer

    def answer_from_memo_or_plug(
        self, situation: Situation, claim: Claim, at: datetime
    ) -> Any:
        """Answer as the plug would.

        Args:
            situation: What it is asked about.
            claim: A claim that is the same but for the moment and the situation.
            at: The moment of asking.
        """
        key = tuple([read(situation, claim, at) for read in self._reads])
        found = self._answers_by_inputs_read.get(key, self)
        if found is self:
            found = self._ask_plug_and_sometimes_twice(situation, claim, at)
            if len(self.inputs_observed) > len(self._reads):
                self._forget_answers_and_key_by_all_inputs()
                key = tuple([read(situation, claim, at) for read in self._reads])
            self._answers_by_inputs_read[key] = found
        return found

    def _ask_plug_and_sometimes_twice(
        self, situation: Situation, claim: Claim, at: datetime
    ) -> Any:
        question = _watched_copy(
            claim, self.inputs_observed, as_of=at, **self._shown(situation)
        )
        found = self.plug(question)
        self._asked += 1
        if self._asked <= _EARLY or not self._asked % _OFTEN:
            again = self.plug(question)
            if again != found:
                before, now = f"{describe(found):.100}", f"{describe(again):.100}"
                problem = (
                    f"it answered the same claim first {before} and then {now}; what "
                    "is simulated must depend on the claim alone"
                )
                raise ContractError(self.__qualname__, question.case_id, problem)
        return found

    def _forget_answers_and_key_by_all_inputs(self) -> None:
        """Forget what was answered before it was known what made the difference."""
        self._answers_by_inputs_read.clear()
        self._reads = tuple(
            [_TOLD_BY.get(n) or _field_reader(n) for n in self.inputs_observed]
        )
        self.inquiry.inputs_observed |= _OF_RECORDS & self.inputs_observed.keys()


def _effect_of_answer(answer: object, at: datetime) -> Hashable:
    """Return what of an answer makes a difference to the engine.

    Reasons of an award count by their codes, as they do for an approval. A verdict that
    runs out may count at one moment and not at another.
    """
    if isinstance(answer, Award):
        codes = tuple([reason.code for reason in answer.because])
        return answer.alternatives, answer.amends, answer.valid_for, codes
    if isinstance(answer, Verdict) and answer.expires_at is not None:
        return answer, at
    return answer if isinstance(answer, Verdict | Attribution) else object()


def _effect_of_error(error: Exception) -> Hashable:
    return type(error), describe_error(error)


@attrs.frozen(eq=False)
class PlugQuestion:
    """A question on the way of a case, to be asked about another one.

    Args:
        plug: Who was asked; None where the customer was, for a proof.
        claim: What was asked.
        step: Which step of the ladder that was at.
        ways: How it went on, by what was answered: another question, or a stand.
    """

    plug: MemoisedPlug | None
    claim: Claim | None
    step: int
    ways: dict[Hashable, Any] = attrs.field(factory=dict[Hashable, Any])

    def effect_of_answer_for(self, situation: Situation) -> Hashable:
        """Ask about another situation, and tell what makes a difference."""
        if self.plug is None or self.claim is None:
            return situation.has_proof
        claim, inquiry = self.claim, self.plug.inquiry
        at = claim.as_of + claim.cycle * inquiry.delay_between_steps(
            self.step, situation.step
        )
        try:
            return _effect_of_answer(
                self.plug.answer_from_memo_or_plug(situation, claim, at), at
            )
        except Exception as error:  # noqa: BLE001 (the engine may go on in spite of it)
            return _effect_of_error(error)


class Inquiry:
    """What plugs are asked about, and what came of it.

    The situation is set by whoever takes a case through the engine, before it asks.

    Args:
        hours: The ladder of the company.
    """

    situation: Situation
    trail: list[tuple[PlugQuestion, Hashable]]
    inputs_observed: set[str]

    def __init__(self, hours: Iterable[int]) -> None:
        """Begin with nothing seen."""
        self.trail, self.inputs_observed = [], set()
        self._steps = [timedelta(hours=each) for each in hours]

    def delay_between_steps(self, first: int, second: int) -> timedelta:
        """Return how much later an answer comes at another step of the grid."""
        return self._steps[second] - self._steps[first]

    def record_proof_request(self) -> None:
        """Record on the trail that the customer was asked for a proof."""
        self.inputs_observed.add(PROOF)
        situation = self.situation
        question = PlugQuestion(None, None, situation.step)
        self.trail.append((question, situation.has_proof))

    def with_watched_plugs(
        self, engine: RecoveryEngine, shown: Shown
    ) -> RecoveryEngine:
        """Return an engine whose plugs are asked through this.

        Args:
            engine: The engine.
            shown: Gives what a claim shows of a situation, by the claim's fields.
        """

        def plug(asked: Callable[..., Any] | None) -> Any:
            return None if asked is None else MemoisedPlug(asked, self, shown)

        return attrs.evolve(
            engine,
            policy=plug(engine.policy),
            attribution=plug(engine.attribution),
            abuse=plug(engine.abuse),
        )
