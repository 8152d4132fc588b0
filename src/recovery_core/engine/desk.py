"""What an engine is set up with, and how it takes a step or refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from os import urandom
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

import attrs

from .._domain import checks
from .._domain.case import Case, check_case
from .._domain.descriptions import describe
from .._domain.events import Detail
from .._domain.hashing import content_hash
from .._domain.reason import Reason
from ..abuse import AbuseDetector
from ..attribution import AttributionRule, BlameBlind, LiabilityRule
from ..errors import InvalidValueError, TransitionNotAllowedError
from ..process import FIVE_STEPS, Process
from ..process.walk import advance, another_process, out_of_order
from .plugs import Clock, read_clock, utc_now

if TYPE_CHECKING:
    from ..authority import AuthorityRule
    from ..policy import CompensationPolicy

UNNAMED: Final = "company"
"""Who acts for the company where nobody is named."""


def _open() -> Literal["open", "hold"]:
    return "open"


def new_case_id() -> str:
    """Make up an identity no other case has."""
    return urandom(16).hex()


def _some_time(instance: Any, attribute: Any, value: Any) -> None:
    checks.maybe(timedelta)(instance, attribute, value)
    if value is not None and value <= timedelta():
        raise InvalidValueError(
            f"{attribute.name} cannot be {value!r}: give more than no time, or None"
        )


def _hook_answer(instance: Any, attribute: Any, value: Any) -> None:
    if value not in ("open", "hold"):
        raise InvalidValueError(f"on_hook_error cannot be {value!r}: 'open' or 'hold'")


def _policy_hash(desk: Desk) -> str:
    return content_hash(desk.policy)


@attrs.frozen(kw_only=True)
class Desk:
    """Hold the settings of a `RecoveryEngine`, and take or refuse one step."""

    policy: CompensationPolicy = attrs.field(validator=checks.function)
    process: Process = attrs.field(
        default=FIVE_STEPS, validator=checks.of_type(Process)
    )
    attribution: AttributionRule | None = attrs.field(
        default=None, validator=checks.maybe_function
    )
    liability: LiabilityRule = attrs.field(
        factory=BlameBlind, validator=checks.function
    )
    abuse: AbuseDetector | None = attrs.field(
        default=None, validator=checks.maybe_function
    )
    authority: AuthorityRule | None = attrs.field(
        default=None, validator=checks.maybe_function
    )
    offer_valid_for: timedelta | None = attrs.field(default=None, validator=_some_time)
    on_hook_error: Literal["open", "hold"] = attrs.field(
        factory=_open, validator=_hook_answer
    )
    clock: Clock = attrs.field(default=utc_now, validator=checks.function)
    new_id: Callable[[], str] = attrs.field(
        default=new_case_id, validator=checks.function
    )
    policy_hash: str = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(_policy_hash, takes_self=True),
    )

    # ------------------------------------------------------------- machinery

    def _refuse(self, case: Case, trigger: str, reasons: Iterable[Reason]) -> NoReturn:
        raise TransitionNotAllowedError(case.id, case.state, trigger, tuple(reasons))

    def _record(
        self, case: Case, name: str, by: str, detail: Detail, *against: Reason
    ) -> Case:
        """Put something on record, unless something speaks against it."""
        check_case(case)
        reasons = [*against, *another_process(self.process, case)]
        if case.merged_into is not None:
            text = "the case was merged; put it on record there"
            reasons.append(Reason("merged", text, {"into": case.merged_into}))
        if reasons:
            self._refuse(case, name, reasons)
        return self._noted(case, read_clock(self.clock, case), actor(by), detail)

    def _noted(self, case: Case, at: datetime, by: str, detail: Detail) -> Case:
        """Put something on record that nothing speaks against."""
        return Case((*case.log, (self.process.stays[case.state], at, by, detail)))

    def _demand(self, case: Case, trigger: str, against: Iterable[Reason]) -> None:
        """Refuse a step if anything speaks against it, with its place in the order."""
        found = tuple(against)
        if found:
            order = out_of_order(self.process, case, trigger)
            self._refuse(case, trigger, (*order, *found))

    def _take(
        self,
        case: Case,
        trigger: str,
        by: str,
        detail: Detail,
        at: datetime | None = None,
    ) -> Case:
        """Take one step that needs nothing but its place in the order."""
        check_case(case)
        at = at or read_clock(self.clock, case)
        return advance(self.process, case, trigger, detail, by=actor(by), at=at)


def actor(by: str) -> str:
    """Demand to know who acts."""
    given: object = by
    if not isinstance(given, str):
        raise InvalidValueError(
            f"by cannot be {describe(given)}: give a str, to name who acts"
        )
    name = checks.plain_text(given)
    if not name or name != name.strip():
        raise InvalidValueError(
            f"by cannot be {describe(name)}: name who acts, with no blanks around"
        )
    return name


def check_argument(name: str, value: object, kind: type, such_as: str) -> None:
    """Demand an argument of exactly one type, by the name it has for the caller.

    Args:
        name: The argument.
        value: What was handed in.
        kind: What it must be.
        such_as: One that fits, as it is typed in.

    Raises:
        InvalidValueError: It is something else.
    """
    if type(value) is not kind:
        raise InvalidValueError(
            f"{name} cannot be {describe(value)}: give a plain {kind.__name__}, such "
            f"as {such_as}"
        )
