"""What an engine is set up with, and the checks of what it is handed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from os import urandom
from typing import TYPE_CHECKING, Final, Literal

import attrs

from .._domain import checks
from .._domain.descriptions import describe
from .._domain.hashing import content_hash
from ..abuse import AbuseDetector
from ..attribution import AttributionRule, BlameBlind, LiabilityRule
from ..errors import InvalidValueError
from ..process import FIVE_STEPS, Process
from .plugs import Clock, utc_now

if TYPE_CHECKING:
    # Loaded by whoever has one: a bare engine needs neither.
    from ..authority import AuthorityRule
    from ..policy import CompensationPolicy

UNNAMED: Final = "company"
"""Who acts for the company where nobody is named."""


def _default_on_hook_error() -> Literal["open", "hold", "raise"]:
    return "open"


def new_case_id() -> str:
    """Return an identity that no other case has: 128 random bits in hexadecimal."""
    return urandom(16).hex()


def _check_positive_time(
    instance: object, attribute: checks.FieldOfClass, value: timedelta | None
) -> None:
    """Refuse a span that is no time at all."""
    checks.maybe(timedelta)(instance, attribute, value)
    if value is not None and value <= timedelta():
        raise InvalidValueError(
            f"{attribute.name} cannot be {value!r}: give more than no time, or None"
        )


def _check_on_hook_error(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    if value not in ("open", "hold", "raise"):
        raise InvalidValueError(
            f"on_hook_error cannot be {value!r}: 'open', 'hold' or 'raise'"
        )


def _hash_policy(settings: EngineSettings) -> str:
    return content_hash(settings.policy)


@attrs.frozen(kw_only=True)
class EngineSettings:
    """The plugs and choices of a `RecoveryEngine`; its functions read nothing else."""

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
    offer_valid_for: timedelta | None = attrs.field(
        default=None, validator=_check_positive_time
    )
    on_hook_error: Literal["open", "hold", "raise"] = attrs.field(
        factory=_default_on_hook_error, validator=_check_on_hook_error
    )
    clock: Clock = attrs.field(default=utc_now, validator=checks.function)
    new_id: Callable[[], str] = attrs.field(
        default=new_case_id, validator=checks.function
    )
    policy_hash: str = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(_hash_policy, takes_self=True),
    )


def check_actor(by: str) -> str:
    """Return the name of who acts as a plain text.

    Raises:
        InvalidValueError: It is no text, empty, or has blanks around it.
    """
    actor: object = by
    if not isinstance(actor, str):
        raise InvalidValueError(
            f"by cannot be {describe(actor)}: give a str, to name who acts"
        )
    name = checks.plain_text(actor)
    if not name or name != name.strip():
        raise InvalidValueError(
            f"by cannot be {describe(name)}: name who acts, with no blanks around"
        )
    return name


def check_argument(name: str, value: object, kind: type, such_as: str) -> None:
    """Refuse an argument that is not of exactly one type, by its name for the caller.

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
