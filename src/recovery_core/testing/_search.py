"""Look for the smallest question on which a plug breaks a promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Generic, Protocol, cast

import attrs
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..errors import BrokenPromiseError, InvalidValueError
from ._contract import A, Contract, Q
from ._side_effects import is_profiler_active
from .report import CheckReport, PropertyResult

_BLIND = "a profiler is at work already, and there can be but one"


class QuestionShrinker(Protocol[Q]):
    """A function that makes a question smaller while it breaks the same promise."""

    def __call__(self, question: Q, breaks: Callable[[Q], bool], /) -> object:
        """Ask of ever smaller questions whether they break it."""
        ...


@attrs.frozen(kw_only=True)
class Promise(Generic[Q, A]):
    """A property of one question, its answer, and what is drawn beside them.

    Args:
        text: What is promised.
        holds: Raises where it is broken; tells whether there was anything to try.
        beside: What is drawn to try it on.
        usual: What to try it on where nothing is drawn.
        mend: What to do where no question gave anything to try; None where that is
            no mistake.
        why: Why it may be that nothing gave anything to try.
    """

    text: str
    check_and_say_if_tested: Callable[[Q, A, Any], bool]
    beside: SearchStrategy[Any] = attrs.field(factory=st.none)
    usual: tuple[Any, ...] = (None,)
    mend: str | None = None
    why: str = ""

    def to_result(self, examples: int) -> PropertyResult:
        """Return the promise as kept, with the number of examples tried."""
        return PropertyResult(self.text, examples, why="" if examples else self.why)


@attrs.define
class Trial(Generic[Q, A]):
    """One plug under test, with a count of what was tried.

    Args:
        contract: What every plug of its kind promises.
        promises: What this one promises besides.
    """

    contract: Contract[Q, A]
    promises: tuple[Promise[Q, A], ...] = ()
    tried: Counter[str] = attrs.field(factory=Counter[str])
    remembered: list[tuple[Q, A]] = attrs.field(factory=list[tuple[Q, A]])

    def check_question(self, question: Q, drawn: Iterable[Any] | None = None) -> None:
        """Check every promise of the plug on one question.

        Args:
            question: What is asked.
            drawn: What was drawn beside it, one for each promise; the usual if not
                given.

        Raises:
            BrokenPromiseError: One is broken.
        """
        __tracebackhide__ = True
        answer = self.contract.require_answer_keeping_promises(question)
        self.tried.update(self.contract.promises)
        if is_profiler_active():
            self.tried[self.contract.isolation_promise] = 0
        self.remembered = [*self.remembered[:1], *self.remembered[1:][-3:]]
        self.remembered.append((question, answer))
        usual = (promise.usual for promise in self.promises)
        beside = usual if drawn is None else ((each,) for each in drawn)
        for promise, several in zip(self.promises, beside, strict=True):
            for each in several:
                self.tried[promise.text] += promise.check_and_say_if_tested(
                    question, answer, each
                )

    def check_in_order(
        self, questions: Iterable[Q], shrink: QuestionShrinker[Q] | None = None
    ) -> None:
        """Ask questions in order, until one breaks a promise.

        What is drawn beside a question is left to `search`.

        Args:
            questions: What to ask.
            shrink: Makes a question smaller, after its kind.

        Raises:
            BrokenPromiseError: One is broken.
        """
        __tracebackhide__ = True
        for question in questions:
            try:
                self._check_declared_promises(question)
            except BrokenPromiseError as broken:
                raise self._smallest_breach_error(
                    broken, question, self._check_declared_promises, shrink
                ) from None

    def _check_declared_promises(self, question: Q) -> None:
        answer = self.contract.require_sound_answer(question, handed=question)
        for promise in self.promises:
            for each in promise.usual:
                self.tried[promise.text] += promise.check_and_say_if_tested(
                    question, answer, each
                )

    def _smallest_breach_error(
        self,
        breach: BrokenPromiseError,
        question: Q,
        probe: Callable[[Q], None],
        shrink: QuestionShrinker[Q] | None,
    ) -> BrokenPromiseError:
        """Shrink a question as far as it breaks the same promise."""

        def breaks(smaller_question: Q) -> bool:
            nonlocal breach
            try:
                probe(smaller_question)
            except BrokenPromiseError as broken:
                if broken.promise == breach.promise:
                    breach = broken
                    return True
            return False

        if shrink is not None:
            shrink(question, breaks)
        return breach

    def check_drawn(
        self,
        questions: SearchStrategy[Q],
        max_examples: int | None = None,
        shrink: QuestionShrinker[Q] | None = None,
    ) -> None:
        """Draw questions until one breaks a promise, then make it smaller.

        Args:
            questions: What to ask.
            max_examples: How many; as the active Hypothesis profile says if not
                given.
            shrink: Makes a question smaller still, after its kind.

        Raises:
            BrokenPromiseError: With the smallest question that was found.
        """
        __tracebackhide__ = True
        beside = st.tuples(*(promise.beside for promise in self.promises))
        last, breach = _find_smallest_question_and_breach(
            st.tuples(questions, beside), self._check_question_and_draws, max_examples
        )
        if (
            breach is None
            or breach.promise not in self.contract.promises_broken_in_the_act
        ):
            # A plug with a memory breaks whatever was asked when it changed its mind;
            # the first question is the plainest to show that on.
            for question, answer in self.remembered:
                self.contract.require_same_answer(
                    question, answer, "asked again later, it answered"
                )
        if breach is not None:
            question, drawn = last
            probe = partial(self.check_question, drawn=drawn)
            breach = self._smallest_breach_error(breach, question, probe, shrink)
            # Built anew: Hypothesis has pinned its own remarks on the one it saw.
            raise BrokenPromiseError(*breach.args) from breach.__cause__

    def _check_question_and_draws(
        self, drawn: tuple[Q, tuple[Any, ...]], broken: str | None
    ) -> None:
        """Check all promises; only the broken one, once one is known to be broken."""
        question, beside = drawn
        if broken is None:
            self.check_question(question, beside)
        elif broken in self.contract.promises:
            self.contract.require_answer_keeping_promises(question)
        else:
            answer = self.contract.require_sound_answer(question)
            for promise, each in zip(self.promises, beside, strict=True):
                if promise.text == broken:
                    promise.check_and_say_if_tested(question, answer, each)

    def report_if_all_tested(self) -> CheckReport:
        """Return what was kept, and on how many examples.

        Raises:
            InvalidValueError: A promise was asked for, and nothing drawn gave
                anything to try it on.
        """
        for promise in self.promises:
            if promise.mend and not self.tried[promise.text]:
                raise InvalidValueError(
                    f"{promise.text!r} was never put to the test: {promise.mend}"
                )
        always = (
            PropertyResult(text, number, why="" if number else _BLIND)
            for text in self.contract.promises
            for number in (self.tried[text],)
        )
        besides = (each.to_result(self.tried[each.text]) for each in self.promises)
        return CheckReport(self.contract.name, (*always, *besides))


def _find_smallest_question_and_breach(
    questions: SearchStrategy[Any],
    probe: Callable[[Any, str | None], None],
    max_examples: int | None,
) -> tuple[Any, BrokenPromiseError | None]:
    """Find the smallest question that breaks whichever promise breaks first."""
    breach: BrokenPromiseError | None = None
    last: Any = None

    # Hypothesis seeds a derandomized search by the source of this function: a change
    # of it, be it of a name, draws other questions.
    @settings(_search_settings(max_examples))
    @given(questions)
    def probe_question(question: Any) -> None:
        nonlocal breach, last
        try:
            probe(question, None if breach is None else breach.promise)
        except BrokenPromiseError as broken:
            if breach is None or broken.promise == breach.promise:
                last, breach = question, broken
                raise

    try:
        probe_question()
    except Exception:
        # A plug that answers at random may well behave when it is asked again: then
        # Hypothesis calls it flaky, and what was seen was seen all the same.
        if breach is None:
            raise
    return last, breach


def _search_settings(max_examples: int | None) -> settings:
    wanted = settings() if max_examples is None else settings(max_examples=max_examples)
    return settings(
        wanted,
        deadline=None,
        database=None,
        derandomize=True,  # what passes today passes tomorrow; more examples see more
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
        verbosity=Verbosity.quiet,
    )
