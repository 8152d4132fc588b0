"""What a published schedule is: dated tables, where they come from, worked cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from operator import itemgetter
from types import MappingProxyType
from typing import Any, TypeAlias, cast

import attrs

from .._domain import checks
from .._domain.claim import Claim
from .._domain.remedy import Award
from ..attribution import BlameBlind, LiabilityRule
from ..errors import InvalidValueError
from ..policy import CompensationPolicy, dated, set_off, sum_of
from ..tables import Column, Table, column
from ..tables.content import functions_by_name
from ._page import format_liability_rule, format_schedule_page
from ._worked_case import WorkedCase

__all__ = [
    "Confidence",
    "Schedule",
    "Wrapper",
    "defence_holds",
]

Wrapper: TypeAlias = Callable[[CompensationPolicy], CompensationPolicy]
"""Makes a policy of a policy: `set_off`, or `capped` with its cap."""


class Confidence(StrEnum):
    """How sure the figures are."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@attrs.frozen
class _OwesNothing:
    """The question whether nothing is owed, by the rule run or by the law's own."""

    liability: LiabilityRule = attrs.field(validator=checks.function)

    def __call__(self, claim: Claim, /) -> bool:
        return not (claim.owed and self.liability(claim.attribution))


def defence_holds(liability: LiabilityRule) -> Column:
    """Make the flag that tells whether a rule of liability frees the company.

    It is up where the rule owes nothing for the attribution of the claim, so that who
    forgets to hand the rule to the engine gets the same answer; and where the
    rule that was handed to it owes nothing (`Claim.owed`).

    Args:
        liability: What the law says of whose doing it was.

    Returns:
        The column ``defence_holds``. In rows and arrays it is given as a flag.

    Raises:
        InvalidValueError: The rule is no function.
    """
    return column.flag("defence_holds").read_from(_OwesNothing(liability))


def _parse_versions_by_day(
    versions: Mapping[date, Table] | tuple[tuple[date, Table], ...],
) -> tuple[tuple[date, Table], ...]:
    """Sort versions by their first day, the first one first."""
    # Pairs are how they are kept: that is what `attrs.evolve` hands over.
    unchecked_versions: object = versions
    is_mapping = isinstance(unchecked_versions, Mapping)
    pairs: Any = (
        tuple(cast("Any", unchecked_versions).items())
        if is_mapping
        else unchecked_versions
    )
    if not pairs or not isinstance(pairs, tuple):
        raise _versions_error(unchecked_versions)
    for pair in cast("tuple[object, ...]", pairs):
        match pair:
            case (date() as day, Table()) if not isinstance(day, datetime):
                pass
            case _:
                raise _versions_error(unchecked_versions)
    return tuple(sorted(cast("Any", pairs), key=itemgetter(0)))


def _versions_error(versions: object) -> InvalidValueError:
    return InvalidValueError(
        f"versions cannot be {versions!r:.60}: give at least one Table by its first "
        "day, such as {date(2005, 2, 17): table}"
    )


def _check_has_texts(instance: Any, attribute: Any, value: tuple[str, ...]) -> None:
    checks.tuple_of(str)(instance, attribute, value)
    if not value:
        checks.refuse(instance, attribute, value, "name at least one")


@attrs.frozen(kw_only=True)
class Schedule:
    """Publish what a law or charter pays: tables by date, sources, worked cases.

    A schedule is a compensation policy: call it with a claim, and the version in
    force on the day of the failure decides. Whose doing it was is no fact of a claim
    but the finding of an attribution rule, to which the tables put `liability`
    themselves; an engine that is handed it keeps what it says on the case. What was
    given on the case before is taken off: no schedule pays twice. Two schedules that
    decide alike are equal, whatever is said about them. What its worked cases say is
    checked when it is built.

    Args:
        code: Its name in code, such as ``"eu261"``.
        name: Its name in print.
        jurisdiction: Where it holds.
        blame: What it says of whose doing it was, in a sentence.
        liability: The rule of liability it is meant to run with.
        sources: The legal text, and where each figure was seen.
        confidence: How sure the figures are.
        uncertain: What is not sure, and why.
        versions: Each table by its first day. Before it nothing is given, by the
            reason ``not-in-force``: what was law then is not told here.
        besides: What is given besides in any version, in kind or to choose from,
            whoever is to blame.
        around: Makes of a version, with what is given besides, what speaks; `set_off`
            if not said, and if None, the version itself.
        cases: Claims worked out by hand.

    Raises:
        InvalidValueError: A text is empty, there is no source, or no version; or a
            case does not come out as it says.

    Example:
        >>> from recovery_core.schedules import eu261
        >>> case = eu261.cases[0]
        >>> eu261(eu261.claim(case)).worth == case.pays
        True
    """

    code: str = attrs.field(converter=checks.plain_text, validator=checks.text)
    name: str = attrs.field(
        converter=checks.plain_text, validator=checks.text, eq=False
    )
    jurisdiction: str = attrs.field(
        converter=checks.plain_text, validator=checks.text, eq=False
    )
    blame: str = attrs.field(
        converter=checks.plain_text, validator=checks.text, eq=False
    )
    liability: LiabilityRule = attrs.field(
        factory=BlameBlind, validator=checks.function
    )
    sources: tuple[str, ...] = attrs.field(validator=_check_has_texts, eq=False)
    confidence: Confidence = attrs.field(validator=checks.of_type(Confidence), eq=False)
    uncertain: tuple[str, ...] = attrs.field(
        default=(), validator=checks.tuple_of(str), eq=False
    )
    versions: tuple[tuple[date, Table], ...] = attrs.field(
        converter=_parse_versions_by_day, repr=False
    )
    besides: Table | None = attrs.field(
        default=None, validator=checks.maybe(Table), repr=False
    )
    around: Wrapper | None = attrs.field(
        default=set_off, validator=checks.maybe_function, repr=False
    )
    cases: tuple[WorkedCase, ...] = attrs.field(
        default=(), validator=checks.tuple_of(WorkedCase), eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        """Check its worked cases."""
        self.check_cases()

    def check_cases(self, cases: Iterable[WorkedCase] | None = None) -> None:
        """Check that worked cases come out as they say: what is paid, by which rule.

        Its own are checked when it is built; this is for cases of your own, such as
        those that you have a judgement on.

        Args:
            cases: The cases; its own if not given.

        Raises:
            InvalidValueError: One comes out otherwise; says what was worked out, and
                what the schedule says, and how many others do not fit either.

        Example:
            >>> from recovery_core.schedules import eu261
            >>> eu261.check_cases()
            >>> attrs.evolve(eu261, around=None, cases=()).check_cases(eu261.cases)
            Traceback (most recent call last):
                ...
            recovery_core.errors.InvalidValueError: eu261 does not ...
        """
        asked: tuple[object, ...] = self.cases if cases is None else tuple(cases)
        differing = [told for case in asked if (told := self._find_difference(case))]
        if differing:
            more = len(differing) - 1
            others = f" (and {more} more)" if more else ""
            raise InvalidValueError(
                f"{self.code} does not come out as worked out by hand: {differing[0]}; "
                f"mend the table or the case{others}"
            )

    def _find_difference(self, case: object) -> str | None:
        """Return how a case comes out otherwise; None where it is as worked out."""
        if not isinstance(case, WorkedCase):
            raise InvalidValueError(
                f"{case!r:.60} is no worked case: give WorkedCase('in words', facts, "
                "pays, 'rule', on=day)"
            )
        expected = f"{case.text!r} pays {case.pays or 'nothing'} by {case.rule!r}, "
        try:
            award = self(self.claim(case))
        except Exception as error:  # noqa: BLE001 - whatever it is, the case shows it
            return f"{expected}and the schedule raised {type(error).__name__}: {error}"
        rule_codes = [reason.code for reason in award.because]
        if award.worth == case.pays and case.rule in rule_codes:
            return None
        rules = " and ".join(map(repr, rule_codes))
        return f"{expected}and the schedule pays {award.worth or 'nothing'} by {rules}"

    @cached_property
    def policy(self) -> CompensationPolicy:
        """All versions as one policy, with what is given besides."""
        return dated(
            {day: self._policy_of_version(table) for day, table in self.versions}
        )

    @property
    def __wrapped__(self) -> CompensationPolicy:
        """What decides, for whoever asks about many claims or proves."""
        return self.policy

    def _policy_of_version(self, table: Table) -> CompensationPolicy:
        with_besides = table if self.besides is None else sum_of(table, self.besides)
        return with_besides if self.around is None else self.around(with_besides)

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """What its tables call, by the names that their texts give.

        No text holds a function: this is what `Table.from_json` asks for.

        Example:
            >>> from recovery_core.schedules import eu261
            >>> text = eu261.table().to_json()
            >>> Table.from_json(text, functions=eu261.functions) == eu261.table()
            True
        """
        besides = () if self.besides is None else (self.besides,)
        tables = (*(table for _, table in self.versions), *besides)
        named = [functions_by_name(table) for table in tables]
        return MappingProxyType({n: each[n] for each in named for n in each})

    def __call__(self, claim: Claim, /) -> Award:
        """Return what the version says that was in force on the day of the failure."""
        return self.policy(claim)

    def table(self, on: date | None = None) -> Table:
        """Return the version in force on a day; the newest if no day is said.

        Args:
            on: The day of the failure.

        Raises:
            InvalidValueError: It is no day, or none was in force yet.
        """
        if on is None:
            return self.versions[-1][1]
        day: object = on
        if not isinstance(day, date) or isinstance(day, datetime):
            raise InvalidValueError(f"no version is of {on!r:.60}: give a date")
        begun = [table for first, table in self.versions if first <= day]
        if not begun:
            raise InvalidValueError(
                f"no version of {self.code!r} was in force on {on}: the first begins "
                f"on {self.versions[0][0]}"
            )
        return begun[-1]

    def claim(self, case: WorkedCase) -> Claim:
        """Make the claim of a worked case under the liability of this schedule.

        Args:
            case: The case.
        """
        return case.claim(self.liability)

    def to_markdown(self) -> str:
        """Write it down for people: tables, sources, dates, worked cases."""
        code = self.code
        heading = (
            f"## {self.name}",
            (
                f"`recovery_core.schedules.{code}`: {self.jurisdiction}, "
                f"confidence {self.confidence}."
            ),
            (
                f"**Whose doing it was.** {self.blame}\n"
                f"Run it with `{format_liability_rule(self.liability)}`."
            ),
        )
        tables = [
            (f"{code} since {first}", table) for first, table in reversed(self.versions)
        ]
        if self.besides is not None:
            tables += [(f"{code}: besides, whoever is to blame", self.besides)]
        lists = (("Not sure", self.uncertain), ("Sources", self.sources))
        cases = (f"{code}: worked cases", self.cases)
        return format_schedule_page(heading, tables, cases, lists)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
