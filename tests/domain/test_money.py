import ast
import copy
import decimal
import operator
import runpy
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recovery_core._domain import _currencies
from recovery_core._domain.money import MAX_MINOR, Money, Rounding, divide
from recovery_core.errors import InvalidValueError

ROOT = Path(__file__).parents[2]
EUR, JPY, KWD = Money("42.00", "EUR"), Money("42", "JPY"), Money("42.000", "KWD")
FLOATS = [0.5, 1.0, float("nan"), float("inf")]
IN_DECIMAL = {
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.FLOOR: decimal.ROUND_FLOOR,
    Rounding.CEILING: decimal.ROUND_CEILING,
}

codes = st.sampled_from(sorted(_currencies.EXPONENTS))
minors = st.integers(-MAX_MINOR, MAX_MINOR)
moneys = st.builds(Money.from_minor, minors, codes)
euros = st.builds(Money.from_minor, minors, st.just("EUR"))
# Small enough that sums and products of a few stay within the bound.
small = st.integers(-(10**6), 10**6)
small_euros = st.builds(Money.from_minor, small, st.just("EUR"))
roundings = st.sampled_from(Rounding)
# Small denominators make ties and equal remainders common.
fractions = st.fractions(-3, 3, max_denominator=12)
weights = st.lists(
    st.integers(0, 5) | st.fractions(0, 5, max_denominator=12), min_size=1, max_size=9
).filter(any)


def in_decimal(exact: Fraction, rounding: Rounding) -> int:
    """Round with the decimal module, with digits to spare for any tie."""
    with decimal.localcontext(prec=100):
        quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
        return int(quotient.quantize(Decimal(1), rounding=IN_DECIMAL[rounding]))


def sent_to_a_worker(value: object) -> object:
    """Pickle a value as worker processes exchange it."""
    near, far = Pipe()
    with near, far:
        near.send(value)
        return far.recv()


# Laws


@given(small_euros, small_euros, small_euros)
def test_addition_is_a_group(a: Money, b: Money, c: Money) -> None:
    """Addition is associative and commutative, with a zero and a negative."""
    zero = Money.zero("EUR")
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + zero == a == +a
    assert a + -a == zero
    assert a - b == a + -b


@given(small_euros, small_euros, small, small)
def test_whole_factors_distribute(a: Money, b: Money, n: int, k: int) -> None:
    """Multiplication by whole numbers distributes over sums of either kind."""
    assert n * (a + b) == n * a + n * b
    assert (n + k) * a == a * n + a * k
    assert a * 1 == a
    assert a * 0 == Money.zero("EUR")


@given(small_euros, st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_whole_factors_associate(a: Money, n: int, k: int) -> None:
    """Multiplying twice is multiplying by the product."""
    assert n * (k * a) == (n * k) * a


@given(st.lists(small_euros))
def test_sums_count_minor_units(amounts: list[Money]) -> None:
    """A sum counts the minor units of its terms, nothing lost on the way."""
    total = sum(amounts, Money.zero("EUR"))
    assert total.minor == sum(amount.minor for amount in amounts)


@given(moneys)
def test_abs_drops_the_sign(money: Money) -> None:
    """The absolute value keeps the size, in the same currency."""
    assert abs(money) == (money if money.minor >= 0 else -money)
    assert bool(money) is (money.minor != 0)


@given(euros, euros)
def test_order_is_the_order_of_minor_units(a: Money, b: Money) -> None:
    """All comparisons within a currency agree with those of the minor units."""
    for compare in (
        operator.lt,
        operator.le,
        operator.gt,
        operator.ge,
        operator.eq,
        operator.ne,
    ):
        assert compare(a, b) is compare(a.minor, b.minor)


@given(euros)
def test_a_twin_is_neither_less_nor_greater(money: Money) -> None:
    """Equal amounts are equal, hash alike, and neither is less."""
    twin = Money.from_minor(money.minor, money.currency)
    assert twin == money
    assert hash(twin) == hash(money)
    assert twin <= money <= twin
    assert not twin < money
    assert not twin > money


@given(minors, codes, codes)
def test_amounts_of_two_currencies_differ(minor: int, one: str, other: str) -> None:
    """The same count in two currencies is never the same money."""
    assume(one != other)
    assert Money.from_minor(minor, one) != Money.from_minor(minor, other)


@given(moneys)
def test_every_form_leads_back(money: Money) -> None:
    """What is written, printed, pickled or copied comes back the same."""
    code = money.currency
    number = str(money).removeprefix(f"{code} ")
    assert Money.parse(str(money)) == money
    assert Money.parse(f"{number} {code}") == money
    assert Money(*ast.literal_eval(repr(money).removeprefix("Money"))) == money
    assert Money(money.amount, code) == money
    assert copy.copy(money) == copy.deepcopy(money) == money
    assert sent_to_a_worker(money) == money


@given(moneys, st.integers(1, 6))
def test_the_amount_ignores_the_decimal_context(money: Money, prec: int) -> None:
    """The amount is exact whatever precision the caller's thread works in."""
    with decimal.localcontext(prec=prec):
        amount = money.amount
        assert Money(amount, money.currency) == money
    assert amount.as_tuple().exponent == -money.exponent
    assert Fraction(amount) * 10**money.exponent == money.minor


@given(st.integers(-(10**9), 10**9), codes)
def test_a_whole_amount_counts_major_units(amount: int, code: str) -> None:
    """An int, its text and its Decimal say the same amount of major units."""
    money = Money(amount, code)
    assert money.minor == amount * 10**money.exponent
    assert money == Money(str(amount), code) == Money(Decimal(amount), code)


@given(st.integers(), codes)
def test_nothing_leaves_the_bound(minor: int, code: str) -> None:
    """An amount is made within the bound and refused beyond it."""
    if abs(minor) <= MAX_MINOR:
        assert Money.from_minor(minor, code).minor == minor
    else:
        with pytest.raises(InvalidValueError, match=r"2\*\*53 - 1"):
            Money.from_minor(minor, code)


@given(euros, euros, st.integers())
def test_no_result_leaves_the_bound(a: Money, b: Money, n: int) -> None:
    """Arithmetic gives the exact result or refuses; it never wraps."""
    sums: list[tuple[Callable[[], Money], int]] = [
        (lambda: a + b, a.minor + b.minor),
        (lambda: a - b, a.minor - b.minor),
        (lambda: a * n, a.minor * n),
        (lambda: a.times(n, rounding=Rounding.DOWN), a.minor * n),
    ]
    for compute, minor in sums:
        if abs(minor) <= MAX_MINOR:
            assert compute().minor == minor
        else:
            with pytest.raises(InvalidValueError, match="EUR stays within"):
                compute()


@given(st.integers(), st.integers().filter(bool), roundings)
def test_division_agrees_with_decimal(n: int, d: int, rounding: Rounding) -> None:
    """Every rounding gives what the decimal module calls by that name."""
    assume(abs(n) < 10**40 and abs(d) < 10**40)
    assert divide(n, d, rounding) == in_decimal(Fraction(n, d), rounding)


@given(st.integers(-50, 50), st.integers(-8, 8).filter(bool), roundings)
def test_ties_agree_with_decimal(n: int, d: int, rounding: Rounding) -> None:
    """Small quotients, where ties are common, agree with decimal as well."""
    assert divide(n, d, rounding) == in_decimal(Fraction(n, d), rounding)


@given(small_euros, fractions | small, roundings)
def test_a_share_is_exact_before_it_is_rounded(
    money: Money, share: Fraction | int, rounding: Rounding
) -> None:
    """A share is multiplied exactly and rounded once."""
    taken = money.times(share, rounding=rounding)
    exact = money.minor * Fraction(share)
    assert taken.minor == in_decimal(exact, rounding)
    assert abs(taken.minor - exact) < 1


@given(euros, euros.filter(bool))
def test_a_ratio_undoes_itself(a: Money, b: Money) -> None:
    """Taking the ratio of two amounts as a share leads back without rounding."""
    share = a.ratio(b)
    assert {b.times(share, rounding=rounding) for rounding in Rounding} == {a}


@given(moneys, weights)
def test_parts_sum_to_the_whole(money: Money, by: list[int | Fraction]) -> None:
    """An allocation gives one part a weight and loses nothing."""
    parts = money.allocate(by)
    assert len(parts) == len(by)
    assert sum(parts, Money.zero(money.currency)) == money


@given(moneys, weights)
def test_parts_are_near_the_exact_share(money: Money, by: list[int | Fraction]) -> None:
    """A part is its exact share rounded down or up; a share of nothing is nothing."""
    for part, weight in zip(money.allocate(by), by, strict=True):
        exact = money.minor * Fraction(weight) / sum(map(Fraction, by))
        assert abs(part.minor - exact) < 1
        assert weight or not part


@given(euros, weights)
def test_parts_rise_with_their_weight(money: Money, by: list[int | Fraction]) -> None:
    """A larger weight never gets less, and among equals the earlier never gets less."""
    parts = [part.minor for part in abs(money).allocate(by)]
    for i, (weight, part) in enumerate(zip(by, parts, strict=True)):
        for later, rest in zip(by[i + 1 :], parts[i + 1 :], strict=True):
            assert part >= rest if weight >= later else part <= rest


@given(moneys, weights)
def test_units_left_over_go_to_the_largest_remainders(
    money: Money, by: list[int | Fraction]
) -> None:
    """No part was rounded down whose remainder exceeds one that was rounded up."""
    total = sum(map(Fraction, by))
    exact = [abs(money.minor) * Fraction(weight) / total for weight in by]
    parts = [part.minor for part in abs(money).allocate(by)]
    down = [x % 1 for x, part in zip(exact, parts, strict=True) if part <= x]
    up = [x % 1 for x, part in zip(exact, parts, strict=True) if part > x]
    assert max(down, default=0) <= min(up, default=1)


@given(moneys, weights, st.integers(1, 10**6))
def test_only_the_proportion_of_the_weights_counts(
    money: Money, by: list[int | Fraction], scale: int
) -> None:
    """Scaling all weights, or turning the sign, changes nothing else."""
    parts = money.allocate(by)
    assert money.allocate([weight * scale for weight in by]) == parts
    assert tuple(-part for part in (-money).allocate(by)) == parts


# Examples


@pytest.mark.parametrize(
    ("amount", "code", "minor", "text"),
    [
        ("42.00", "EUR", 4200, "EUR 42.00"),
        ("42", "EUR", 4200, "EUR 42.00"),
        ("42.5", "EUR", 4250, "EUR 42.50"),
        ("-0.05", "EUR", -5, "EUR -0.05"),
        ("-0.00", "EUR", 0, "EUR 0.00"),
        ("007.10", "EUR", 710, "EUR 7.10"),
        (42, "JPY", 42, "JPY 42"),
        ("0", "JPY", 0, "JPY 0"),
        ("100", "JPY", 100, "JPY 100"),
        ("1.001", "KWD", 1001, "KWD 1.001"),
        ("0.0001", "CLF", 1, "CLF 0.0001"),
        (Decimal("42.5"), "EUR", 4250, "EUR 42.50"),
        (Decimal("42.5000"), "EUR", 4250, "EUR 42.50"),
        (Decimal("1E+2"), "JPY", 100, "JPY 100"),
        (Decimal("0E+99"), "EUR", 0, "EUR 0.00"),
        (Decimal("-0E-99"), "EUR", 0, "EUR 0.00"),
        ("90071992547409.91", "EUR", MAX_MINOR, "EUR 90071992547409.91"),
        ("-9007199254740991", "JPY", -MAX_MINOR, "JPY -9007199254740991"),
    ],
)
def test_an_amount_is_read_exactly(
    amount: str | int | Decimal, code: str, minor: int, text: str
) -> None:
    """The currency says how many decimals an amount has, in and out."""
    money = Money(amount, code)
    assert money.minor == minor
    assert str(money) == text
    assert repr(money) == f"Money({text[4:]!r}, {code!r})"
    assert str(money.amount) == text[4:]


def test_the_exponent_comes_from_the_standard() -> None:
    """Each currency has the decimals that ISO 4217 gives it."""
    decimals = {code: Money.zero(code).exponent for code in ("JPY", "EUR", "KWD")}
    assert decimals == {"JPY": 0, "EUR": 2, "KWD": 3}
    assert Money.zero("CLF").exponent == 4


def test_the_currencies_are_those_of_the_standard() -> None:
    """The generated table is what its generator would write today."""
    tool = runpy.run_path(str(ROOT / "tools/make_currencies.py"))
    written = Path(_currencies.__file__).read_text(encoding="utf-8")
    assert tool["render"]() == written
    assert tool["exponents"]() == _currencies.EXPONENTS
    assert not _currencies.WITHOUT_MINOR_UNIT & _currencies.EXPONENTS.keys()


def test_any_string_that_equals_a_code_is_that_code() -> None:
    """A code from an enumeration or an array is kept as plain text."""

    class Till(StrEnum):
        HOME = "EUR"

    assert type(Money("1.00", Till.HOME).currency) is str
    assert type(Money.from_minor(1, Till.HOME).currency) is str


def test_money_is_a_value() -> None:
    """Nothing can be changed on or added to an amount, and it keys a dict."""
    changeable: Any = EUR
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        changeable.minor = 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        changeable.note = "mine"
    assert {EUR: "lunch"}[Money(42, "EUR")] == "lunch"


@pytest.mark.parametrize(
    ("rounding", "rounded"),
    [
        (Rounding.HALF_UP, [-3, -2, -1, 1, 2, 3]),
        (Rounding.HALF_EVEN, [-2, -2, 0, 0, 2, 2]),
        (Rounding.UP, [-3, -2, -1, 1, 2, 3]),
        (Rounding.DOWN, [-2, -1, 0, 0, 1, 2]),
        (Rounding.FLOOR, [-3, -2, -1, 0, 1, 2]),
        (Rounding.CEILING, [-2, -1, 0, 1, 2, 3]),
    ],
)
def test_halves_go_where_the_rounding_says(
    rounding: Rounding, rounded: list[int]
) -> None:
    """Halves are where roundings part; each has its own row of results."""
    halves = [-5, -3, -1, 1, 3, 5]
    assert [divide(half, 2, rounding) for half in halves] == rounded
    assert [divide(-half, -2, rounding) for half in halves] == rounded


@pytest.mark.parametrize(
    ("minor", "by", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (2, [1, 1, 1, 1], [1, 1, 0, 0]),
        (5, [0, 1, 0, 1], [0, 3, 0, 2]),
        (10, [Fraction(1, 3), Fraction(2, 3)], [3, 7]),
        (7, [0, 3], [0, 7]),
        (0, [2, 3], [0, 0]),
        (MAX_MINOR, [1], [MAX_MINOR]),
    ],
)
def test_the_earliest_gets_what_is_left_over(
    minor: int, by: Sequence[int | Fraction], parts: list[int]
) -> None:
    """Units left over go to the largest remainders, then to the earliest part."""
    allocated = Money.from_minor(minor, "EUR").allocate(by)
    assert [part.minor for part in allocated] == parts


def test_a_ratio_is_a_fraction() -> None:
    """How often one amount goes into another is exact and may be negative."""
    assert Money("1.00", "EUR").ratio(Money("-3.00", "EUR")) == Fraction(-1, 3)
