"""Whose doing it was: causes, and exact shares of responsibility."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import Any, Final, TypeAlias

import attrs

from ..errors import InvalidValueError
from . import checks
from .reason import Reason


class Party(StrEnum):
    """The parties most failures are laid to; any other text is one too."""

    FIRM = "firm"
    UNIT = "unit"
    EMPLOYEE = "employee"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    OTHER_CUSTOMER = "other_customer"
    NATURE = "nature"
    AUTHORITY = "authority"
    UNKNOWN = "unknown"


class Locus(StrEnum):
    """The side on which a cause lies (Weiner 1985)."""

    FIRM = "firm"
    CUSTOMER = "customer"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


class Stability(StrEnum):
    """Whether a cause will recur (Weiner 1985)."""

    STABLE = "stable"
    UNSTABLE = "unstable"
    UNKNOWN = "unknown"


class Controllability(StrEnum):
    """Whether a cause could have been prevented (Weiner 1985)."""

    CONTROLLABLE = "controllable"
    UNCONTROLLABLE = "uncontrollable"
    UNKNOWN = "unknown"


# Shares that can be stored have a common denominator of up to 20,000 digits.
_SCALE: Final = 67_000  # bits

_LOCUS: Mapping[str, Locus] = {
    Party.FIRM: Locus.FIRM,
    Party.UNIT: Locus.FIRM,
    Party.EMPLOYEE: Locus.FIRM,
    Party.CUSTOMER: Locus.CUSTOMER,
    Party.UNKNOWN: Locus.UNKNOWN,
}


def _locus_of_party(cause: Cause) -> Locus:
    return _LOCUS.get(cause.party, Locus.EXTERNAL)


def _check_weight(
    instance: object, attribute: checks.FieldOfClass, value: Fraction
) -> None:
    if value < 0:
        raise InvalidValueError(
            f"Cause.weight cannot be {value}: give minutes, cost or another quantity "
            "from 0 up"
        )


@attrs.frozen
class Cause:
    """One cause of a failure, and how much of the failure it explains.

    Args:
        name: Unique among the causes of one failure, such as ``"bird strike"``.
        party: Whose doing: a `Party`, or any other text.
        weight: How much it explains: minutes, cost, votes. Exact.
        locus: On whose side it lies; follows from the party if not given.
        stability: Whether it will recur.
        controllability: Whether it could have been prevented.
        is_safety: Whether it was required for safety.
        confidence: How sure the evidence makes it, from 0 to 1, exact.
        evidence: What supports it.
        asserted_by: Who says so.
        parent: Name of the cause that set this one off; a chain resolves to its
            root (a late aircraft is no root cause).
    """

    name: str = attrs.field(validator=checks.text)
    party: str = attrs.field(validator=checks.text)
    weight: Fraction = attrs.field(
        default=Fraction(1),
        converter=checks.exact,
        validator=_check_weight,
        kw_only=True,
    )
    locus: Locus = attrs.field(
        default=attrs.Factory(_locus_of_party, takes_self=True),
        validator=checks.of_type(Locus),
        kw_only=True,
    )
    stability: Stability = attrs.field(
        default=Stability.UNKNOWN, validator=checks.of_type(Stability), kw_only=True
    )
    controllability: Controllability = attrs.field(
        default=Controllability.UNKNOWN,
        validator=checks.of_type(Controllability),
        kw_only=True,
    )
    is_safety: bool = attrs.field(
        default=False, validator=checks.of_type(bool), kw_only=True
    )
    confidence: Fraction = attrs.field(
        default=Fraction(1),
        converter=checks.exact,
        validator=checks.unit_share,
        kw_only=True,
    )
    evidence: tuple[str, ...] = attrs.field(
        default=(), validator=checks.tuple_of(str), kw_only=True
    )
    asserted_by: str = attrs.field(
        default="company", validator=checks.text, kw_only=True
    )
    parent: str | None = attrs.field(
        default=None, validator=checks.maybe_text, kw_only=True
    )


Exact: TypeAlias = Fraction | int | str


def _convert_to_ranked_share_pairs(
    shares: Mapping[str, Exact] | tuple[tuple[str, Exact], ...],
) -> tuple[tuple[str, Fraction], ...]:
    """Freeze exact shares as pairs, largest first, ties by name, zeros left out."""
    pairs: object = tuple(shares.items()) if isinstance(shares, Mapping) else shares
    if not isinstance(pairs, tuple):
        raise InvalidValueError(
            f"Attribution.shares cannot be {shares!r}: give share by party, such as "
            "{'firm': '1/2', 'unknown': '1/2'}"
        )
    nonzero_pairs = [
        (party, share)
        for party, share in map(_convert_to_party_and_share, pairs)
        if share
    ]
    if len(nonzero_pairs) > 1:
        # As ints: fractions compare by multiplying, some hundred digits at a time.
        parts, _ = _numerators_and_common_denominator(
            [share for _, share in nonzero_pairs]
        )
        ranked = zip(parts, nonzero_pairs, strict=True)
        nonzero_pairs = [
            pair for _, pair in sorted(ranked, key=_rank_by_share_then_name)
        ]
    return tuple(nonzero_pairs)


def _rank_by_share_then_name(
    ranked: tuple[int, tuple[str, Fraction]],
) -> tuple[int, str]:
    """Rank a share on one scale before smaller ones, and ties by name."""
    part, (party, _) = ranked
    return -part, party


def _convert_to_party_and_share(pair: Any) -> tuple[str, Fraction]:
    match pair:
        case (str() as party, share) if party.strip():
            return str(party), checks.exact(share)
        case _:
            pass
    raise InvalidValueError(
        f"Attribution.shares cannot hold {pair!r}: name the party in a text that is "
        "not empty, and give its share"
    )


def _check_shares_sum_to_one(
    instance: object,
    attribute: checks.FieldOfClass,
    value: tuple[tuple[str, Fraction], ...],
) -> None:
    if any(share.numerator < 0 for _, share in value):
        raise InvalidValueError(f"shares {value!r} go below 0: give shares from 0 to 1")
    if len({party for party, _ in value}) < len(value):
        raise InvalidValueError(f"shares {value!r} name a party twice: add them up")
    parts, denominator = _numerators_and_common_denominator(
        [share for _, share in value]
    )
    if sum(parts) != denominator:
        raise InvalidValueError(
            f"shares sum to {Fraction(sum(parts), denominator)}, not to 1: give the "
            "rest to Party.UNKNOWN"
        )


def total_weight(causes: tuple[Cause, ...]) -> Fraction:
    """Add up what causes explain, in their own unit."""
    parts, denominator = _numerators_and_common_denominator(
        [cause.weight for cause in causes]
    )
    return Fraction(sum(parts), denominator)


def _numerators_and_common_denominator(values: list[Fraction]) -> tuple[list[int], int]:
    """Write fractions over their common denominator: ints add up much faster."""
    denominator = 1
    for value in values:
        denominator = lcm(denominator, value.denominator)
        # Coprime denominators multiply: without a bound, a long list of them takes
        # the square of its length.
        if denominator.bit_length() > _SCALE:
            raise InvalidValueError(
                f"the common denominator of {len(values)} fractions is too long to "
                "add them up: round them, such as to thousandths"
            )
    return [v.numerator * (denominator // v.denominator) for v in values], denominator


@attrs.frozen
class Attribution:
    """Lay a failure to parties in exact shares that sum to one.

    Args:
        shares: Share by party, as a mapping; `Party.UNKNOWN` holds what nobody
            could be shown to have caused. Kept as pairs, largest first, ties by name.
        causes: The causes behind the shares, if there were any.
        because: Why the shares are what they are.

    Raises:
        InvalidValueError: A share is no exact number from 0 to 1, a party stands
            twice, or the shares do not sum to one.

    Example:
        >>> half = Attribution({"firm": "1/2", "unknown": "1/2"})
        >>> half.share("firm"), half.share("customer")
        (Fraction(1, 2), Fraction(0, 1))
    """

    shares: tuple[tuple[str, Fraction], ...] = attrs.field(
        converter=_convert_to_ranked_share_pairs, validator=_check_shares_sum_to_one
    )
    causes: tuple[Cause, ...] = attrs.field(
        default=(), validator=checks.tuple_of(Cause)
    )
    because: tuple[Reason, ...] = attrs.field(
        default=(), validator=checks.tuple_of(Reason)
    )

    @classmethod
    def unknown(cls, *because: Reason) -> Attribution:
        """Return the attribution of which nobody knows."""
        return cls({str(Party.UNKNOWN): Fraction(1)}, because=because)

    @classmethod
    def to(cls, party: str, *because: Reason) -> Attribution:
        """Lay the whole failure to one party."""
        return cls({party: Fraction(1)}, because=because)

    @classmethod
    def by_weight(
        cls,
        causes: tuple[Cause, ...],
        *,
        unknown: Exact = 0,
        because: tuple[Reason, ...] = (),
    ) -> Attribution:
        """Share the failure out by the weight of its causes.

        Args:
            causes: What is known; causes of weight 0 explain nothing.
            unknown: Weight of what is not explained, in the same unit.
            because: Why these causes count.

        Returns:
            Exact shares; all unknown where nothing has a weight.
        """
        rest = checks.exact(unknown)
        if rest < 0:
            raise InvalidValueError(
                f"unknown cannot be {rest}: give a weight from 0 up"
            )
        parts, _ = _numerators_and_common_denominator(
            [*(cause.weight for cause in causes), rest]
        )
        total = sum(parts)
        if not total:
            return cls({str(Party.UNKNOWN): Fraction(1)}, causes, because)
        weights: dict[str, int] = {}
        parties = [*(cause.party for cause in causes), str(Party.UNKNOWN)]
        for party, part in zip(parties, parts, strict=True):
            weights[party] = weights.get(party, 0) + part
        shares = {party: Fraction(part, total) for party, part in weights.items()}
        return cls(shares, causes, because)

    def share(self, party: str) -> Fraction:
        """Return the share of one party; 0 for one that is not named."""
        return next((share for name, share in self.shares if name == party), Fraction())

    @property
    def main_party(self) -> str:
        """The party with the largest share; a tie goes by name."""
        return self.shares[0][0]
