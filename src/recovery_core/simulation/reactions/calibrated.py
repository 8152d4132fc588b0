"""Reactions that are read from figures: a table by path, and a linear sum."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Any, ClassVar, Final, TypeAlias

import attrs

from ..._domain.failure import Severity
from ...errors import InvalidValueError
from . import parameters
from ._steps import PERSONAL_NONE
from .encounter import Encounter, Handling
from .felt import Felt
from .parameters import severity_of

__all__ = ["Additive", "ByPath", "RecoveryPath"]


class RecoveryPath(StrEnum):
    """Name the ways a failure can go, as surveys of complainers tell them apart."""

    SILENT = "silent"
    UNRESOLVED = "unresolved"
    RESOLVED = "resolved"
    QUICK = "quick"


_Place: TypeAlias = tuple[Severity, RecoveryPath]
_Pairs: TypeAlias = tuple[tuple[_Place, float], ...]

_PLACES: Final[tuple[_Place, ...]] = tuple(product(Severity, RecoveryPath))
_MEND: Final = (
    'give changes by severity and path, such as {("minor", "quick"): -0.1, ...}'
)
_WAIT: Final = 168.0
"""Hours after which a longer wait makes no difference to the linear sum."""


def _place(given: Any) -> _Place:
    """Take a severity and a path, each by itself or by its name."""
    match given:
        case (severity, path) if (severity_of(severity), path) in _PLACES:
            return severity_of(severity), RecoveryPath(path)
        case _:
            raise InvalidValueError(
                f"ByPath.lasting cannot speak of {given!r}: {_MEND}"
            )


def _as_pairs(given: Mapping[Any, float] | _Pairs) -> _Pairs:
    """Freeze the table as pairs in the order of severity and path."""
    asked: object = given
    if not isinstance(asked, Mapping | tuple):
        raise InvalidValueError(f"ByPath.lasting cannot be {given!r:.80}: {_MEND}")
    table = {_place(place): change for place, change in dict(given).items()}
    for severity, path in _PLACES:
        if (severity, path) not in table:
            raise InvalidValueError(
                f"ByPath.lasting says nothing of {severity.name} and {path.name}: give "
                "a change for every severity and every path"
            )
    return tuple((place, table[place]) for place in _PLACES)


def _changes(instance: Any, attribute: Any, value: _Pairs) -> None:
    for (severity, path), change in value:
        if not parameters.is_number(change) or not -1 <= change <= 1:
            raise InvalidValueError(
                f"ByPath.lasting cannot be {change!r} for {severity.name} and "
                f"{path.name}: give a number from -1 to 1"
            )


@attrs.frozen
class ByPath:
    """Read the lasting change from a table by severity and path.

    It takes the place of whatever models before it made of the lasting change, and
    leaves the transaction to them. The figures are the caller's: no survey tells the
    change of satisfaction itself, so they are to be calibrated until as many
    customers return as were found to. Where nothing failed it does not speak.

    Args:
        lasting: Change by severity and path, each from -1 to 1, as a mapping; kept
            as pairs in order. Both may go by their names.
        quick_hours: Hours until the settlement that count as quick, from 0 to 8760.

    Raises:
        InvalidValueError: A severity or path is missing or unknown, or a figure
            cannot be.

    Source: TARP's grid of repurchase intent by size of the loss, and by whether the
        complaint was kept back, left unresolved, resolved, or resolved quickly: 37,
        46, 70 and 95 % for small losses, 9, 19, 54 and 82 % for large ones (cited in
        many places; the studies themselves were not seen). Who complains in vain
        still returns more often than who keeps silent, against other findings.

    Example:
        >>> by_path = {path: -0.1 * n for n, path in enumerate(RecoveryPath)}
        >>> model = ByPath(
        ...     {(s, path): by_path[path] for s in Severity for path in RecoveryPath},
        ...     quick_hours=24,
        ... )
        >>> model(Encounter(resolution_hours=25), Felt()).lasting
        -0.2
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    lasting: _Pairs = attrs.field(converter=_as_pairs, validator=_changes)
    quick_hours: float = attrs.field(
        default=24.0, validator=parameters.between(0, 8760), kw_only=True
    )

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Read the change from the table."""
        if not encounter.is_genuine:
            return felt
        place = (encounter.severity, self.path(encounter))
        return attrs.evolve(felt, lasting=dict(self.lasting)[place])

    def path(self, encounter: Encounter) -> RecoveryPath:
        """Tell which way the failure went.

        Args:
            encounter: What happened.

        Returns:
            The path; quick if it was resolved within the hours.
        """
        is_quick = encounter.resolution_hours <= self.quick_hours
        if encounter.handling is Handling.RESOLVED and is_quick:
            return RecoveryPath.QUICK
        return RecoveryPath(encounter.handling.value)


@attrs.frozen(kw_only=True)
class Additive:
    """Add up loss, pay, speed, apology and choice: no curves and no history.

    Both changes are the same sum. Speed counts from 1 at once, over 0 after 84 hours,
    to -1 from a week on. Where nobody complained there is only the loss. Where
    nothing failed, being paid gives a little and being refused takes.

    Args:
        loss: What the failure takes, from minor to critical, each from 0 to 1.
        pay: What compensation of the whole loss gives, from 0 to 1; twice as much
            gives twice as much.
        speed: What an answer at once gives, from 0 to 1.
        apology: What an apology gives, from 0 to 1.
        choice: What alternatives to choose from give, from 0 to 1.
        bonus: What being paid for nothing gives, from 0 to 1.
        penalty: What being refused for nothing takes, from 0 to 1.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: ours: the linear sum that the simulators were measured with, kept as a
        baseline to compare the models of the literature with. All sizes are ours.

    Example:
        >>> round(Additive()(Encounter(), Felt()).transaction, 2)
        0.22
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    loss: tuple[float, float, float, float] = attrs.field(
        default=(0.10, 0.22, 0.40, 0.60), validator=parameters.by_severity
    )
    pay: float = attrs.field(default=0.30, validator=parameters.between(0, 1))
    speed: float = attrs.field(default=0.08, validator=parameters.between(0, 1))
    apology: float = attrs.field(default=0.06, validator=parameters.between(0, 1))
    choice: float = attrs.field(default=0.04, validator=parameters.between(0, 1))
    bonus: float = attrs.field(default=0.02, validator=parameters.between(0, 1))
    penalty: float = attrs.field(default=0.10, validator=parameters.between(0, 1))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Add the sum to both changes."""
        change = self._change(encounter)
        return attrs.evolve(
            felt, transaction=felt.transaction + change, lasting=felt.lasting + change
        )

    def _change(self, encounter: Encounter) -> float:
        if not encounter.is_genuine:
            return self.bonus if encounter.worth > 0 else -self.penalty
        change = -self.loss[encounter.severity - 1]
        if encounter.handling is Handling.SILENT:
            return change
        waited = min(encounter.response_hours, _WAIT)
        change += self.pay * encounter.worth
        change += self.speed * (1 - waited / (_WAIT / 2))
        change += self.apology * encounter.apologized
        return change + self.choice * encounter.has_choice
