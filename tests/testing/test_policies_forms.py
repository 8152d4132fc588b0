"""`check_policy` on the ordinary ways to write a wrong function: each is caught."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import attrs
import pytest

from recovery_core import Award, Claim, Money, Reason, Remedy, RemedyKind
from recovery_core.errors import BrokenPromiseError
from recovery_core.policy import first
from recovery_core.tables import Rule, Table, column
from recovery_core.testing import check_policy
from recovery_core.testing._constants import (
    collect_codes_of_values,
    collect_texts_and_integers,
)

late = column.minutes("late", most=100_000)
fare = column.money("fare", "EUR", most=Money("2000.00", "EUR"))
FEW = 20


def eur(text: str) -> Money:
    """Give euros."""
    return Money(text, "EUR")


def cash(value: Money) -> Award:
    """Pay an amount, or nothing."""
    given = (Remedy(RemedyKind.CASH, value),) if value else ()
    return Award(amends=given, because=(Reason("paid", "paid"),))


def known(claim: Claim) -> tuple[Any, Any]:
    """Read delay and fare."""
    return claim.failure.facts["late"], claim.failure.facts["fare"]


def too_much_at(minutes: object, at: object) -> Award:
    """Pay ten euros, and a fortune on one minute."""
    return cash(eur("3000.00") if minutes == at else eur("10.00"))


LIMIT = 417
RATES = {"economy": 1, "at": 911}
BANDS = [(180, eur("9.00")), (733, eur("3000.00"))]
STEP = timedelta(hours=7, minutes=13)
PRICE = eur("133.70")
HALVES = Fraction(2 * 819, 2)
config = ModuleType("shop_config")
config.__dict__["AT"] = 1237


def by_module_constant(claim: Claim) -> Award:
    """Compare with a constant of the module."""
    return too_much_at(known(claim)[0], LIMIT)


def by_mapping(claim: Claim) -> Award:
    """Compare with what a mapping of the module holds."""
    return too_much_at(known(claim)[0], RATES["at"])


def by_list(claim: Claim) -> Award:
    """Look an amount up in a list of the module."""
    paid = [money for at, money in BANDS if at == known(claim)[0]]
    return cash(paid[0] if paid else eur("9.00"))


def by_imported_module(claim: Claim) -> Award:
    """Compare with a constant of another module."""
    return too_much_at(known(claim)[0], config.AT)


def by_duration(claim: Claim) -> Award:
    """Compare durations."""
    return too_much_at(timedelta(minutes=known(claim)[0]), STEP)


def by_hours(claim: Claim) -> Award:
    """Write hours where the column counts minutes."""
    return too_much_at(timedelta(minutes=known(claim)[0]), timedelta(hours=31))


def by_fraction(claim: Claim) -> Award:
    """Compare with a fraction of the module."""
    return too_much_at(known(claim)[0], HALVES)


def by_money(claim: Claim) -> Award:
    """Compare with money of the module."""
    return too_much_at(known(claim)[1], PRICE)


def by_money_text(claim: Claim) -> Award:
    """Make the money where it is compared."""
    return too_much_at(known(claim)[1], eur("471.13"))


def _is_special(minutes: int) -> bool:
    return minutes == 2_171


def by_helper(claim: Claim) -> Award:
    """Ask another function of the module."""
    return too_much_at(_is_special(known(claim)[0]), at=True)


@functools.lru_cache
def _is_cached(minutes: int) -> bool:
    return minutes == 3_171


def by_cached_helper(claim: Claim) -> Award:
    """Ask another function that remembers."""
    return too_much_at(_is_cached(known(claim)[0]), at=True)


def with_default(claim: Claim, *, at: int = 4_171) -> Award:
    """Compare with a parameter."""
    return too_much_at(known(claim)[0], at)


def in_closure() -> Callable[[Claim], Award]:
    """Make a function that compares with what stands around it."""
    at = 5_171
    return lambda claim: too_much_at(known(claim)[0], at)


class ByAttribute:
    """Compare with an attribute of the object."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self, claim: Claim) -> Award:
        """Answer."""
        return too_much_at(known(claim)[0], self.at)

    def answer(self, claim: Claim) -> Award:
        """Answer, as a bound method."""
        return self(claim)


class BySlot:
    """Compare with an attribute that has a slot."""

    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self, claim: Claim) -> Award:
        """Answer."""
        return too_much_at(known(claim)[0], self.at)


class ByClass:
    """Compare with an attribute of the class, by a method and a property."""

    AT: ClassVar[int] = 6_171

    @property
    def _at(self) -> int:
        return self.AT

    def _paid(self, minutes: int) -> Award:
        return too_much_at(minutes, self._at)

    def __call__(self, claim: Claim) -> Award:
        """Answer."""
        return self._paid(known(claim)[0])

    @classmethod
    def answer(cls, claim: Claim) -> Award:
        """Answer, by the class alone."""
        return too_much_at(known(claim)[0], cls.AT)


def by_class_constant(claim: Claim) -> Award:
    """Read the attribute of a class of the module."""
    return too_much_at(known(claim)[0], ByClass.AT)


@dataclass(frozen=True)
class ByDataclass:
    """Compare with a field."""

    at: int = 7_171

    def __call__(self, claim: Claim) -> Award:
        """Answer."""
        return too_much_at(known(claim)[0], self.at)


@attrs.frozen
class ByAttrs:
    """Compare with a field of attrs."""

    at: int = 8_171

    def __call__(self, claim: Claim) -> Award:
        """Answer."""
        return too_much_at(known(claim)[0], self.at)


NOTHING = Table(
    "nothing", [Rule("never", when=late >= 99_999, amends=eur("1.00"))], otherwise="x"
)
FORMS: list[Any] = [
    by_module_constant,
    by_mapping,
    by_list,
    by_imported_module,
    by_duration,
    by_hours,
    by_fraction,
    by_money,
    by_money_text,
    by_helper,
    by_cached_helper,
    by_class_constant,
    with_default,
    pytest.param(in_closure(), id="in_closure"),
    pytest.param(functools.partial(with_default, at=9_171), id="partial"),
    pytest.param(ByAttribute(1_717), id="attribute"),
    pytest.param(ByAttribute(1_717).answer, id="method"),
    pytest.param(BySlot(2_717), id="slot"),
    pytest.param(ByClass(), id="class"),
    pytest.param(ByClass.answer, id="classmethod"),
    pytest.param(ByDataclass(), id="dataclass"),
    pytest.param(ByAttrs(), id="attrs"),
    pytest.param(first(NOTHING, by_module_constant), id="beside_a_table"),
]


@pytest.mark.parametrize("policy", FORMS)
def test_one_wrong_value_is_found_wherever_it_is_written(policy: Any) -> None:
    """On one minute in 100,000, or one cent in 200,000, it pays a fortune."""
    with pytest.raises(BrokenPromiseError, match=r"more than EUR 10\.00"):
        check_policy(
            policy, reads=[late, fare], never_above=eur("10.00"), max_examples=FEW
        )


def test_a_policy_is_followed_that_another_is_compared_with() -> None:
    """What a table is held to may be a function, and turn where only that turns."""
    table = Table("T", [Rule("all", when=late >= 0, amends=eur("10.00"))])
    with pytest.raises(BrokenPromiseError, match="it pays what"):
        check_policy(table, reads=fare, equal_to=by_module_constant, max_examples=FEW)


def test_a_short_column_is_walked_from_end_to_end() -> None:
    """What is computed in code stands nowhere, and is found all the same."""
    short = column.minutes("late", most=1_440)

    def dips(claim: Claim) -> Award:
        return too_much_at(timedelta(minutes=known(claim)[0]) // STEP, at=3)

    def falls(claim: Claim) -> Award:
        span = timedelta(minutes=known(claim)[0])
        return cash(eur("5.00" if span == timedelta(hours=1, minutes=17) else "6.00"))

    for policy, promised in (
        (dips, {"never_above": eur("10.00")}),
        (falls, {"rises_with": short}),
    ):
        with pytest.raises(BrokenPromiseError) as caught:
            check_policy(policy, reads=[short, fare], max_examples=FEW, **promised)
        assert isinstance(caught.value.asked, Claim)


def _double_for_gold(claim: Claim) -> Award:
    gold = claim.customer is not None and claim.customer.tier == "gold"
    return cash(eur("20.00" if gold else "10.00"))


def _double_when_it_comes_back(claim: Claim) -> Award:
    return cash(eur("20.00" if claim.cycle == 3 else "10.00"))


@pytest.mark.parametrize("policy", [_double_for_gold, _double_when_it_comes_back])
def test_who_claims_and_how_often_is_walked_too(policy: Any) -> None:
    """A tier that stands in the code is asked about, and each cycle."""
    with pytest.raises(BrokenPromiseError, match=r"more than EUR 10\.00"):
        check_policy(
            policy, reads=[late, fare], never_above=eur("10.00"), max_examples=1
        )


def test_what_is_found_is_told_in_the_unit_of_a_column() -> None:
    """Durations, money, texts of money, days and numbers become codes."""
    day = column.day("day")
    hours = column.integer("hours", 0, 10_000, unit="h")
    odd = [
        True,
        None,
        "x",
        "1e999999999",
        Decimal("1e999999999"),
        float("inf"),
        float("nan"),
        "7/0",
        object(),
    ]
    given: list[object] = [
        *odd,
        timedelta(minutes=77),
        timedelta(hours=9),
        Decimal("12.5"),
        3,
    ]
    given += [eur("4.00"), Money("5.00", "USD"), "400.00", date(2026, 5, 1)]
    given += ["2026-05-02", datetime(2026, 5, 3, tzinfo=UTC), 10**9]

    assert collect_codes_of_values(late, given) == (77, 540, 12, 3, 180)
    assert collect_codes_of_values(hours, given) == (1, 9, 12, 3)
    assert collect_codes_of_values(fare, given) == (12, 3, 400, 1250, 300, 40000)
    days = [date.fromordinal(code) for code in collect_codes_of_values(day, given)]
    assert days == [date(2026, 5, number) for number in (1, 2, 3)]


def test_following_comes_to_an_end() -> None:
    """What names itself, what is not bound yet and what is huge is no trouble."""
    loop: list[object] = []
    loop.append(loop)
    huge = SimpleNamespace(func=[str(number) for number in range(10_000)])

    def unset() -> Callable[[], object]:
        def inner() -> object:
            return later

        if not loop:
            later: int = 1
        return inner

    assert collect_texts_and_integers(loop) == ()
    assert len(collect_texts_and_integers(huge)) <= 400
    assert "later" not in collect_texts_and_integers(unset())
