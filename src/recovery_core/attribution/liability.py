"""From an attribution to the share of the redress that the company owes.

Only the customer's own share ever lowers what is owed, except where a defence is
raised: for third parties and for what nobody could explain the company answers to the
customer, and may take recourse.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar, Final, Protocol, TypeAlias

import attrs

from .._domain import checks
from .._domain.attribution import (
    Attribution,
    Controllability,
    Party,
    total_weight,
)
from ..errors import InvalidValueError

__all__ = [
    "BarredAboveHalf",
    "BarredAtHalf",
    "BlameBlind",
    "CappedCustomerShare",
    "Contributory",
    "Defence",
    "LiabilityRule",
    "PureComparative",
]

_NOTHING: Final = Fraction(0)
_ALL: Final = Fraction(1)
_HALF: Final = Fraction(1, 2)


class LiabilityRule(Protocol):
    """A rule for the share of the redress that is owed; any such function fits."""

    def __call__(self, attribution: Attribution, /) -> Fraction:
        """Return the exact share that the company owes the customer, from 0 to 1."""
        ...


@attrs.frozen
class BlameBlind:
    """All is owed, whoever is to blame: not our fault, but our problem.

    Source: UK Delay Repay; US 14 CFR 260 (refunds); Ofcom automatic compensation.
    """

    __tag__: ClassVar[str] = "BlameBlind"

    def __call__(self, attribution: Attribution, /) -> Fraction:
        """Return all."""
        return _ALL


@attrs.frozen
class PureComparative:
    """All is owed but the customer's own share.

    Source: Pure comparative negligence, as in Li v. Yellow Cab Co. (California 1975).
    """

    __tag__: ClassVar[str] = "PureComparative"

    def __call__(self, attribution: Attribution, /) -> Fraction:
        """Return all but the customer's share."""
        return 1 - attribution.share(Party.CUSTOMER)


@attrs.frozen
class BarredAtHalf:
    """All but the customer's share is owed, and nothing once that reaches one half.

    Source: Modified comparative negligence, the 50 % bar.
    """

    __tag__: ClassVar[str] = "BarredAtHalf"

    def __call__(self, attribution: Attribution, /) -> Fraction:
        """Return all but the customer's share while it is less than one half."""
        customer = attribution.share(Party.CUSTOMER)
        return 1 - customer if customer < _HALF else _NOTHING


@attrs.frozen
class BarredAboveHalf:
    """All but the customer's share is owed, and nothing once that exceeds one half.

    Source: Modified comparative negligence, the 51 % bar.
    """

    __tag__: ClassVar[str] = "BarredAboveHalf"

    def __call__(self, attribution: Attribution, /) -> Fraction:
        """Return all but the customer's share while it is one half at most."""
        customer = attribution.share(Party.CUSTOMER)
        return 1 - customer if customer <= _HALF else _NOTHING


@attrs.frozen
class Contributory:
    """Nothing is owed once the customer has any share at all.

    Source: Contributory negligence, Butterfield v. Forrester (1809).
    """

    __tag__: ClassVar[str] = "Contributory"

    def __call__(self, attribution: Attribution, /) -> Fraction:
        """Return all or nothing."""
        return _NOTHING if attribution.share(Party.CUSTOMER) else _ALL


@attrs.frozen
class CappedCustomerShare:
    """All but the customer's share is owed, and that share counts up to a cap.

    Args:
        cap: The most the customer's share can take off, from 0 to 1; exact.

    Raises:
        InvalidValueError: The cap is no exact share from 0 to 1.

    Source: ours.
    """

    __tag__: ClassVar[str] = "CappedCustomerShare"

    cap: Fraction = attrs.field(converter=checks.exact, validator=checks.unit_share)

    def __call__(self, attribution: Attribution, /) -> Fraction:
        """Return all but the customer's share, as far as the cap."""
        return 1 - min(attribution.share(Party.CUSTOMER), self.cap)


def _check_parties_are_known(
    instance: Any, attribute: Any, value: tuple[str, ...]
) -> None:
    """Refuse parties that are no tuple of text, or name the unknown; a validator."""
    checks.tuple_of(str)(instance, attribute, value)
    if Party.UNKNOWN in value:
        raise InvalidValueError(
            "Defence.parties cannot name Party.UNKNOWN: the burden is the company's, "
            "and what nobody knows proves nothing; leave it out"
        )


def _convert_to_exact_or_none(value: Fraction | int | str | None) -> Fraction | None:
    return None if value is None else checks.exact(value)


def _check_share_below_1(instance: Any, attribute: Any, value: Fraction | None) -> None:
    """Refuse a share below 0 or from 1 up; None passes. An attrs validator."""
    if value is not None and not 0 <= value < 1:
        raise InvalidValueError(
            f"Defence.above cannot be {value}: give an exact share from 0 up to, but "
            "not including, 1, or nothing for a failure caused wholly by them"
        )


@attrs.frozen
class Defence:
    """All is owed unless the company proves that extraordinary parties caused it.

    All or nothing. The burden is the company's: the unknown part never counts for it.
    In two stages it must show besides that it could not have prevented them: then
    only causes on record as uncontrollable count, and a share with no causes behind
    it shows nothing. The customer's own share counts only where the parties name it.

    Args:
        parties: Whose doing is extraordinary.
        above: The share they must exceed; if not given, they must have caused it
            wholly.
        is_two_stage: Whether it must also have been unavoidable.

    Raises:
        InvalidValueError: The parties are no tuple of text or name the unknown, or
            `above` is no exact share below 1.

    Source: Regulation (EC) 261/2004, art. 5(3): extraordinary circumstances which
        could not have been avoided even if all reasonable measures had been taken.

    Example:
        >>> storm = Attribution({"nature": "9/10", "unknown": "1/10"})
        >>> Defence()(storm), Defence(above="1/2")(storm)
        (Fraction(1, 1), Fraction(0, 1))
    """

    __tag__: ClassVar[str] = "Defence"

    parties: tuple[str, ...] = attrs.field(
        default=(Party.NATURE, Party.AUTHORITY), validator=_check_parties_are_known
    )
    above: Fraction | None = attrs.field(
        default=None,
        converter=_convert_to_exact_or_none,
        validator=_check_share_below_1,
        kw_only=True,
    )
    is_two_stage: bool = attrs.field(
        default=False, validator=checks.of_type(bool), kw_only=True
    )

    def __call__(self, attribution: Attribution, /) -> Fraction:
        """Return nothing if the defence holds, all if it does not."""
        shown = self.proven_share(attribution)
        holds = shown == 1 if self.above is None else shown > self.above
        return _NOTHING if holds else _ALL

    def proven_share(self, attribution: Attribution) -> Fraction:
        """Return the share of the failure that counts for the defence.

        Args:
            attribution: Whose doing it was, and by which causes.
        """
        return sum(
            (
                share * self._unavoidable_share(attribution, party)
                for party, share in attribution.shares
                if party in self.parties
            ),
            _NOTHING,
        )

    def _unavoidable_share(self, attribution: Attribution, party: str) -> Fraction:
        """Return how much of a party's share counts."""
        if not self.is_two_stage:
            return _ALL
        causes = tuple(c for c in attribution.causes if c.party == party)
        weight = total_weight(causes)
        unavoidable = tuple(
            cause
            for cause in causes
            if cause.controllability is Controllability.UNCONTROLLABLE
        )
        return total_weight(unavoidable) / weight if weight else _NOTHING


ReadyMadeLiability: TypeAlias = (
    BlameBlind
    | PureComparative
    | BarredAtHalf
    | BarredAboveHalf
    | Contributory
    | CappedCustomerShare
    | Defence
)
"""Every rule of liability that is ready-made."""
