"""What every plug promises: to answer, soundly, and by nothing but the question."""

from __future__ import annotations

import copy
from collections.abc import Callable
from inspect import iscoroutine
from typing import Any, Generic, TypeVar

import attrs

from .._domain.descriptions import describe_error
from .._domain.hashing import content_hash
from .._domain.plugs import name_of
from ..errors import BrokenPromiseError, InvalidValueError
from ._show import format_value
from ._side_effects import answer_and_outside_reads

Q = TypeVar("Q")
A = TypeVar("A")


@attrs.frozen(kw_only=True)
class Contract(Generic[Q, A]):
    """What all plugs of one kind promise, to be checked on one of them.

    Args:
        plug: The plug.
        noun: What it is asked about, in a word.
        want: What it must answer with.
        find_flaw: Returns what is wrong with an answer of that type, if anything is.
        mend: What to do instead of raising.
        show: How a question is shown.
        called: What the plug is called; what its author would call it if not given.
    """

    plug: Callable[[Q], A]
    noun: str
    want: type[A]
    find_flaw: Callable[[A], str | None]
    mend: str
    show: Callable[[Q], str] = format_value
    called: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be asked at all."""
        plug: Any = self.plug
        if isinstance(plug, type):
            mend = f"build one with its parameters, such as {plug.__name__}(...)"
            raise InvalidValueError(f"a plug cannot be the class {plug!r}: {mend}")
        if not callable(plug):
            raise InvalidValueError(f"a plug cannot be {plug!r}: give a function")

    @property
    def name(self) -> str:
        """Name the plug the way its author would."""
        return self.called or name_of(self.plug)

    @property
    def _noun_with_article(self) -> str:
        return f"{'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun}"

    @property
    def answer_promise(self) -> str:
        """Promise an answer."""
        return f"it never raises on {self._noun_with_article}"

    @property
    def soundness_promise(self) -> str:
        """Promise a sound answer."""
        return f"it answers with a sound {self.want.__name__}"

    @property
    def steadiness_promise(self) -> str:
        """Promise one answer to one question."""
        return f"it gives equal {self.noun}s equal answers, whenever it is asked"

    @property
    def isolation_promise(self) -> str:
        """Promise to read the question and nothing else."""
        return f"it reads the {self.noun}, and no clock, no chance and no file"

    @property
    def harmlessness_promise(self) -> str:
        """Promise to leave the question as it was."""
        return f"it leaves the {self.noun} as it was"

    @property
    def promises(self) -> tuple[str, ...]:
        """List what every plug of the kind promises."""
        return (
            self.answer_promise,
            self.soundness_promise,
            self.isolation_promise,
            self.harmlessness_promise,
            self.steadiness_promise,
        )

    @property
    def promises_broken_in_the_act(self) -> tuple[str, ...]:
        """List the promises whose breach is seen in the act, and explains all else."""
        return self.isolation_promise, self.harmlessness_promise

    def broken_promise_error(
        self, promise: str, asked: Q, *evidence: str
    ) -> BrokenPromiseError:
        """Build the error of a broken promise: on what, and how.

        Args:
            promise: Which one.
            asked: The question.
            evidence: What happened, a line each.
        """
        question = f"asked: {self.show(asked)}"
        return BrokenPromiseError(self.name, promise, asked, (question, *evidence))

    def require_sound_answer(self, question: Q, *, handed: Q | None = None) -> A:
        """Ask, and demand a sound answer.

        Args:
            question: What is asked.
            handed: The object to hand over; a copy of the question if not given.

        Raises:
            BrokenPromiseError: It raised, or the answer is none.
        """
        __tracebackhide__ = True
        try:
            twin = copy.deepcopy(question) if handed is None else handed
            answer = self.plug(twin)
        except Exception as error:
            raised = f"it raised {describe_error(error)}"
            mend = f"mend: {self.mend}"
            raise self.broken_promise_error(
                self.answer_promise, question, raised, mend
            ) from error
        flaw = self._find_flaw_of_type_or_value(answer)
        if flaw is None:
            return answer
        answered = f"it answered: {format_value(answer)}"
        raise self.broken_promise_error(
            self.soundness_promise, question, answered, flaw
        )

    def _find_flaw_of_type_or_value(self, answer: Any) -> str | None:
        if iscoroutine(answer):
            answer.close()  # or Python complains that nobody awaited it
            return "it is a coroutine: a plug is an ordinary function, not async"
        if type(answer) is not self.want:
            return f"that is a {type(answer).__name__}, no {self.want.__name__}"
        return self.find_flaw(answer)

    def require_answer_keeping_promises(self, question: Q) -> A:
        """Ask several times over, and hold the plug to all it promises.

        Args:
            question: What is asked.

        Returns:
            The answer.

        Raises:
            BrokenPromiseError: A promise is broken.
        """
        __tracebackhide__ = True
        twin = copy.deepcopy(question)
        before = content_hash(twin)
        answer, read = answer_and_outside_reads(
            lambda: self.require_sound_answer(question, handed=twin)
        )
        if read:
            besides = f"it called {', '.join(read)}"
            mend = f"mend: take what it needs from the {self.noun}, such as its as_of"
            raise self.broken_promise_error(
                self.isolation_promise, question, besides, mend
            )
        if content_hash(twin) != before:
            left = f"it left: {self.show(twin)}"
            raise self.broken_promise_error(self.harmlessness_promise, question, left)
        self.require_same_answer(question, answer, "asked again, it answered")
        return answer

    def require_same_answer(
        self, question: Q, earlier_answer: A, introduction: str
    ) -> None:
        """Ask once more, and demand the same answer.

        Args:
            question: What is asked.
            earlier_answer: What was answered before.
            introduction: How to introduce another answer.

        Raises:
            BrokenPromiseError: It answered otherwise.
        """
        __tracebackhide__ = True
        again = self.require_sound_answer(question)
        if again != earlier_answer:
            first, then = (
                f"it answered: {format_value(earlier_answer)}",
                f"{introduction}: {format_value(again)}",
            )
            raise self.broken_promise_error(
                self.steadiness_promise, question, first, then
            )


def find_value_flaw(answer: Any) -> str | None:
    """Return what is wrong with a frozen value that was built around its own checks.

    Args:
        answer: The value.
    """
    try:
        hash(answer)
        twin = attrs.evolve(answer)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the flaw
        return f"that is no sound {type(answer).__name__}: {describe_error(error)}"
    if twin != answer:
        return f"built as it says, it would be: {format_value(twin)}"
    return None
