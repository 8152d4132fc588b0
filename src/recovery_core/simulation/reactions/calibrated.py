"""Reactions that are read from figures: a table by path, and a linear sum."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Any, ClassVar, Final, TypeAlias

import attrs

from ..._domain import checks
from ..._domain.failure import Severity
from ..._domain.number_checks import is_number, number_range_checker
from ...errors import InvalidValueError
from . import parameters
from ._steps import PERSONAL_NONE
from .encounter import Encounter, Handling
from .felt import Felt
from .parameters import to_severity_if_name

__all__ = ["Additive", "ByPath", "RecoveryPath"]


class RecoveryPath(StrEnum):
    """The ways a failure can go, as surveys of complainers tell them apart."""

    SILENT = "silent"
    UNRESOLVED = "unresolved"
    RESOLVED = "resolved"
    QUICK = "quick"


_GridCell: TypeAlias = tuple[Severity, RecoveryPath]
_Pairs: TypeAlias = tuple[tuple[_GridCell, float], ...]

_GRID_CELLS: Final[tuple[_GridCell, ...]] = tuple(product(Severity, RecoveryPath))
_MEND: Final = (
    'give changes by severity and path, such as {("minor", "quick"): -0.1, ...}'
)
_WAIT: Final = 168.0
"""Hours after which a longer wait makes no difference to the linear sum."""


def _parse_grid_cell(key: Any) -> _GridCell:
    """Convert a severity and a path, each itself or by its name; refuse all else."""
    match key:
        case (severity, path) if (to_severity_if_name(severity), path) in _GRID_CELLS:
            return to_severity_if_name(severity), RecoveryPath(path)
        case _:
            raise InvalidValueError(f"ByPath.lasting cannot speak of {key!r}: {_MEND}")


def _to_complete_pairs_in_order(
    changes_by_cell: Mapping[Any, float] | _Pairs,
) -> _Pairs:
    """Convert to pairs in the order of severity and path; refuse one that lacks any."""
    untyped: object = changes_by_cell
    if not isinstance(untyped, Mapping | tuple):
        raise InvalidValueError(
            f"ByPath.lasting cannot be {changes_by_cell!r:.80}: {_MEND}"
        )
    changes = {
        _parse_grid_cell(key): change for key, change in dict(changes_by_cell).items()
    }
    for severity, path in _GRID_CELLS:
        if (severity, path) not in changes:
            raise InvalidValueError(
                f"ByPath.lasting says nothing of {severity.name} and {path.name}: give "
                "a change for every severity and every path"
            )
    # In one order, so that equal tables are equal values with one hash.
    return tuple((key, changes[key]) for key in _GRID_CELLS)


def _check_changes_from_minus_1_to_1(
    instance: object, attribute: checks.FieldOfClass, value: _Pairs
) -> None:
    """Refuse a change that is no number from -1 to 1."""
    for (severity, path), change in value:
        if not is_number(change) or not -1 <= change <= 1:
            raise InvalidValueError(
                f"ByPath.lasting cannot be {change!r} for {severity.name} and "
                f"{path.name}: give a number from -1 to 1"
            )


@attrs.frozen
class ByPath:
    """The lasting change, read from a table by severity and path.

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

    lasting: _Pairs = attrs.field(
        converter=_to_complete_pairs_in_order,
        validator=_check_changes_from_minus_1_to_1,
    )
    quick_hours: float = attrs.field(
        default=24.0, validator=number_range_checker(0, 8760), kw_only=True
    )

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Read the change from the table."""
        if not encounter.is_genuine:
            return felt
        cell = (encounter.severity, self.path(encounter))
        return attrs.evolve(felt, lasting=dict(self.lasting)[cell])

    def path(self, encounter: Encounter) -> RecoveryPath:
        """Return which way the failure went.

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
    """The sum of loss, pay, speed, apology and choice: no curves and no history.

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
        default=(0.10, 0.22, 0.40, 0.60),
        validator=parameters.check_share_per_severity_never_falling,
    )
    pay: float = attrs.field(default=0.30, validator=number_range_checker(0, 1))
    speed: float = attrs.field(default=0.08, validator=number_range_checker(0, 1))
    apology: float = attrs.field(default=0.06, validator=number_range_checker(0, 1))
    choice: float = attrs.field(default=0.04, validator=number_range_checker(0, 1))
    bonus: float = attrs.field(default=0.02, validator=number_range_checker(0, 1))
    penalty: float = attrs.field(default=0.10, validator=number_range_checker(0, 1))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Add the sum to both changes."""
        change = self._sum_of_effects(encounter)
        return attrs.evolve(
            felt, transaction=felt.transaction + change, lasting=felt.lasting + change
        )

    def _sum_of_effects(self, encounter: Encounter) -> float:
        """Return the sum of all effects; where nothing failed, of the answer alone."""
        if not encounter.is_genuine:
            return self.bonus if encounter.worth > 0 else -self.penalty
        change = -self.loss[encounter.severity - 1]
        if encounter.handling is Handling.SILENT:
            return change
        # From a week on, a longer wait changes nothing; half of that is neutral.
        waited = min(encounter.response_hours, _WAIT)
        change += self.pay * encounter.worth
        change += self.speed * (1 - waited / (_WAIT / 2))
        change += self.apology * encounter.apologized
        return change + self.choice * encounter.has_choice
