"""The customers of a world: their tiers, what they expect, and who complains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, Final, cast

import attrs

from ..._domain import checks
from ..._domain.failure import Severity
from ..._domain.money import Money
from ..._domain.number_checks import check_number_from_0_up, check_share_from_0_to_1
from ...errors import InvalidValueError
from ..reactions.parameters import to_severity_if_name
from .distribution import (
    Spread,
    build_spread,
    check_spread_of_shares,
    convert_fields_from_numpy,
    default_of_one_certain_value,
    from_numpy,
    is_number_from_0_to,
    is_pair_with_weight,
    spread_values_checker,
    to_month_spread,
    to_number_spread,
    to_pairs_if_mapping,
    to_tuple_of_one_or_several,
)

__all__ = ["Population", "Tier"]


# What the price and the encounters cannot be is refused by the validators, which run
# once all fields are set; so these two pass a price that is none as it is.


def _default_annual_sales(tier: Tier) -> Money:
    """Return the price of a year's encounters."""
    price: object = tier.price
    is_valid = isinstance(price, Money) and type(tier.encounters) is int
    return tier.price * (12 * tier.encounters) if is_valid else tier.price


def _default_annual_margin(tier: Tier) -> Money:
    """Return a quarter of the annual sales, rounded down to a minor unit."""
    sales: object = tier.annual_sales
    if not isinstance(sales, Money):
        return tier.annual_sales
    return Money.from_minor(sales.minor // 4, sales.currency)


def _check_money_of_0_or_more(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse anything but Money that is not negative."""
    if not isinstance(value, Money) or value.minor < 0:
        checks.refuse(instance, attribute, value, "give Money of 0 or more")


def _check_money_in_currency_of_price(
    tier: Tier, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse anything but Money in the currency of the tier's price."""
    checks.of_type(Money)(tier, attribute, value)
    if value.currency != tier.price.currency:
        mend = f"give Money in {tier.price.currency}, as the price"
        checks.refuse(tier, attribute, value, mend)


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Tier:
    """The customers of one tier.

    Args:
        name: As the policies know it.
        share: How many of the customers, as a weight.
        price: What one encounter costs the customer.
        annual_sales: What such a customer spends in a year; twelve times the price
            for each encounter unless given.
        annual_margin: What of it is left to the company; a quarter unless given.
        encounters: How often a month the service is used.

    Units: money in one currency all over a world; encounters a month.
    """

    name: str = attrs.field(validator=checks.text)
    share: float = attrs.field(default=1.0, validator=check_number_from_0_up)
    price: Money = attrs.field(validator=_check_money_of_0_or_more)
    encounters: int = attrs.field(default=1, validator=checks.at_least(1))
    annual_sales: Money = attrs.field(
        default=attrs.Factory(_default_annual_sales, takes_self=True),
        validator=_check_money_in_currency_of_price,
    )
    annual_margin: Money = attrs.field(
        default=attrs.Factory(_default_annual_margin, takes_self=True),
        validator=_check_money_in_currency_of_price,
    )


_MOST_MONTHS: Final = 12_000  # months; the rows of customers hold a little more
_COMPLAINT_CHANCES: Final = {
    Severity.MINOR: 0.35,
    Severity.MODERATE: 0.55,
    Severity.MAJOR: 0.75,
    Severity.CRITICAL: 0.9,
}


_SEVERITIES: Final = sorted(Severity, key=repr)


def _default_complaint_chances() -> Mapping[Severity, float]:
    return _COMPLAINT_CHANCES


def _to_complaint_chances(
    chance_or_chances: float | Mapping[Any, float] | tuple[tuple[Severity, float], ...],
) -> tuple[tuple[Severity, float], ...]:
    """Convert one chance for all, or one by severity, to pairs; all else stays."""
    if isinstance(chance_or_chances, Mapping):
        return tuple(
            (to_severity_if_name(severity), chance)
            for severity, chance in to_pairs_if_mapping(chance_or_chances)
        )
    chance = from_numpy(chance_or_chances)
    if is_number_from_0_to(1, chance):
        return tuple((severity, chance) for severity in Severity)
    return cast("tuple[tuple[Severity, float], ...]", chance_or_chances)


def _check_complaint_chance_of_each_severity(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse anything but a chance for each severity, once; name those missing."""
    pairs = value if checks.is_tuple(value) else ()
    weighted = [pair for pair in pairs if is_pair_with_weight(pair)]
    severities = [severity for severity, chance in weighted if chance <= 1]
    # Sorted by text: what stands for a severity may be anything, and need not compare.
    if len(severities) == len(pairs) and sorted(severities, key=repr) == _SEVERITIES:
        return
    mend = "give a chance from 0 to 1 for each Severity, or one for all"
    are_weighted = len(weighted) == len(pairs)
    mentioned = [severity for severity, _ in weighted] if are_weighted else [*Severity]
    missing = [
        severity.name.lower() for severity in Severity if severity not in mentioned
    ]
    if pairs and missing:
        mend = f"it says nothing of {', '.join(missing)}; {mend}"
    checks.refuse(instance, attribute, value, mend)


_check_spread_of_factors: Final = spread_values_checker(
    lambda value: is_number_from_0_to(inf, value), "give factors from 0 up"
)
_check_spread_of_whole_months: Final = spread_values_checker(
    lambda value: type(value) is int and abs(value) <= _MOST_MONTHS,
    f"give whole months, {_MOST_MONTHS} at most",
)


def _to_tier_tuple(tier_or_tiers: Tier | Iterable[Tier]) -> tuple[Tier, ...]:
    """Convert one tier or several to a tuple."""
    return cast("tuple[Tier, ...]", to_tuple_of_one_or_several(Tier, tier_or_tiers))


def _check_distinct_tiers_in_one_currency(
    instance: object, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse anything but tiers of one currency, by different names, with a share."""
    checks.tuple_of(Tier)(instance, attribute, value)
    if len({tier.price.currency for tier in value}) != 1:
        checks.refuse(instance, attribute, value, "give tiers, all in one currency")
    if not sum(tier.share for tier in value) > 0:
        checks.refuse(instance, attribute, value, "give a tier with a share above 0")
    if len({tier.name for tier in value}) < len(value):
        checks.refuse(instance, attribute, value, "give every tier another name")


def _default_tenure() -> Spread[int]:
    return build_spread({6: 30, 24: 40, 72: 30})


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Population:
    """The customers of a world: tiers, temper and expectations.

    Args:
        tiers: The tiers, each with its share.
        complains: Chance that a failure of each severity is complained about, by
            `Severity` or its name; or one chance for all.
        voice: How readily customers speak up: factors on that chance, with weights.
        expectation: What customers expect of a recovery, from 0 to 1, with weights;
            1/2 is usual.
        tenure: Months the relationship has lasted when the run begins, with weights;
            one who joins in the third month has -3.
        tempted: Share of those who may claim falsely once they feel wronged.
        opportunists: Share of those who work the system.
        insatiable: Share of those who are never satisfied.
        aggressive: Share of those who turn on the staff.
        blames_firm: Chance that a customer lays to the firm what others caused.

    Source: morality and Machiavellianism set who is tempted (Wirtz & Kum 2004); that
        customers perceive blame otherwise than it was found is attribution theory
        (Folkes 1984). The shares are for you to calibrate.
    """

    tiers: tuple[Tier, ...] = attrs.field(
        converter=_to_tier_tuple, validator=_check_distinct_tiers_in_one_currency
    )
    complains: tuple[tuple[Severity, float], ...] = attrs.field(
        factory=_default_complaint_chances,
        converter=_to_complaint_chances,
        validator=_check_complaint_chance_of_each_severity,
    )
    voice: Spread[float] = attrs.field(
        default=default_of_one_certain_value(1.0),
        converter=to_number_spread,
        validator=_check_spread_of_factors,
    )
    expectation: Spread[float] = attrs.field(
        default=default_of_one_certain_value(0.5),
        converter=to_number_spread,
        validator=check_spread_of_shares,
    )
    tenure: Spread[int] = attrs.field(
        factory=_default_tenure,
        converter=to_month_spread,
        validator=_check_spread_of_whole_months,
    )
    tempted: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)
    opportunists: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)
    insatiable: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)
    aggressive: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)
    blames_firm: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)

    def __attrs_post_init__(self) -> None:
        """Refuse shares of more than all."""
        if self.tempted + self.opportunists > 1:
            raise InvalidValueError(
                f"{self.tempted:g} tempted and {self.opportunists:g} opportunists are "
                "more than everybody: give shares that sum to 1 at most"
            )

    @property
    def currency(self) -> str:
        """Name the currency of all money in this world."""
        return self.tiers[0].price.currency
