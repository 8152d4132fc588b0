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
from ._show import show_value
from ._side_effects import ask_and_record

Q = TypeVar("Q")
A = TypeVar("A")


@attrs.frozen(kw_only=True)
class Contract(Generic[Q, A]):
    """What all plugs of one kind promise, to be checked on one of them.

    Args:
        plug: The plug.
        noun: What it is asked about, in a word.
        want: What it must answer with.
        flaw: Says what is wrong with an answer of that type, if anything is.
        mend: What to do instead of raising.
        show: How a question is shown.
        called: What the plug is called; what its author would call it if not given.
    """

    plug: Callable[[Q], A]
    noun: str
    want: type[A]
    flaw: Callable[[A], str | None]
    mend: str
    show: Callable[[Q], str] = show_value
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
    def _article(self) -> str:
        return f"{'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun}"

    @property
    def answers(self) -> str:
        """Promise an answer."""
        return f"it never raises on {self._article}"

    @property
    def is_sound(self) -> str:
        """Promise a sound answer."""
        return f"it answers with a sound {self.want.__name__}"

    @property
    def is_steady(self) -> str:
        """Promise one answer to one question."""
        return f"it gives equal {self.noun}s equal answers, whenever it is asked"

    @property
    def is_alone(self) -> str:
        """Promise to read the question and nothing else."""
        return f"it reads the {self.noun}, and no clock, no chance and no file"

    @property
    def is_harmless(self) -> str:
        """Promise to leave the question as it was."""
        return f"it leaves the {self.noun} as it was"

    @property
    def promises(self) -> tuple[str, ...]:
        """List what every plug of the kind promises."""
        return (
            self.answers,
            self.is_sound,
            self.is_alone,
            self.is_harmless,
            self.is_steady,
        )

    @property
    def is_seen(self) -> tuple[str, ...]:
        """List the promises whose breach is seen in the act, and explains all else."""
        return self.is_alone, self.is_harmless

    def broken(self, promise: str, asked: Q, *evidence: str) -> BrokenPromiseError:
        """Build the error of a broken promise: on what, and how.

        Args:
            promise: Which one.
            asked: The question.
            evidence: What happened, a line each.
        """
        question = f"asked: {self.show(asked)}"
        return BrokenPromiseError(self.name, promise, asked, (question, *evidence))

    def ask(self, question: Q, *, handed: Q | None = None) -> A:
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
            raise self.broken(self.answers, question, raised, mend) from error
        flaw = self._flaw(answer)
        if flaw is None:
            return answer
        answered = f"it answered: {show_value(answer)}"
        raise self.broken(self.is_sound, question, answered, flaw)

    def _flaw(self, answer: Any) -> str | None:
        if iscoroutine(answer):
            answer.close()  # or Python complains that nobody awaited it
            return "it is a coroutine: a plug is an ordinary function, not async"
        if type(answer) is not self.want:
            return f"that is a {type(answer).__name__}, no {self.want.__name__}"
        return self.flaw(answer)

    def probe(self, question: Q) -> A:
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
        answer, read = ask_and_record(lambda: self.ask(question, handed=twin))
        if read:
            besides = f"it called {', '.join(read)}"
            mend = f"mend: take what it needs from the {self.noun}, such as its as_of"
            raise self.broken(self.is_alone, question, besides, mend)
        if content_hash(twin) != before:
            left = f"it left: {self.show(twin)}"
            raise self.broken(self.is_harmless, question, left)
        self.compare(question, answer, "asked again, it answered")
        return answer

    def compare(self, question: Q, answer: A, when: str) -> None:
        """Ask once more, and demand the same answer.

        Args:
            question: What is asked.
            answer: What was answered before.
            when: How to introduce another answer.

        Raises:
            BrokenPromiseError: It answered otherwise.
        """
        __tracebackhide__ = True
        again = self.ask(question)
        if again != answer:
            first, then = (
                f"it answered: {show_value(answer)}",
                f"{when}: {show_value(again)}",
            )
            raise self.broken(self.is_steady, question, first, then)


def value_flaw(answer: Any) -> str | None:
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
        return f"built as it says, it would be: {show_value(twin)}"
    return None
