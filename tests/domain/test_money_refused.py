"""What money refuses: inexact amounts, unknown currencies, mixed sums."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from recovery_core._domain import _currencies
from recovery_core._domain.money import MAX_MINOR, Money, Rounding, divide
from recovery_core.errors import CurrencyMismatchError, InvalidValueError

EUR, JPY, KWD = Money("42.00", "EUR"), Money("42", "JPY"), Money("42.000", "KWD")
FLOATS = [0.5, 1.0, float("nan"), float("inf")]

NO_AMOUNTS: list[Any] = [
    *FLOATS,
    True,
    None,
    b"42.00",
    Fraction(1, 2),
    1 + 0j,
    "",
    " ",
    "-",
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "1e3",
    "4.2E1",
    "1_000",
    "1,000.00",
    "42,00",
    "+42.00",
    "--1",
    ".50",
    "42.",
    " 42.00",
    "42.00\n",
    "4 2",
    "0x2A",
    "\N{ARABIC-INDIC DIGIT FOUR}\N{ARABIC-INDIC DIGIT TWO}",
    "\N{FULLWIDTH DIGIT FOUR}2.00",
    "\N{MINUS SIGN}42.00",
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("-Infinity"),
]


@pytest.mark.parametrize("amount", NO_AMOUNTS, ids=repr)
def test_what_is_no_exact_amount_is_refused(amount: Any) -> None:
    """Only plain ASCII digits, ints and finite Decimals are amounts."""
    with pytest.raises(InvalidValueError, match="write plain digits with a point"):
        Money(amount, "EUR")


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("42.005", "EUR"),
        ("42.000", "EUR"),
        ("42.0", "JPY"),
        ("1.0000", "KWD"),
        pytest.param("0." + "0" * 9999, "EUR", id="long"),
        (Decimal("42.005"), "EUR"),
        (Decimal("0.5"), "JPY"),
        (Decimal("1E-999999"), "EUR"),
    ],
)
def test_too_many_decimals_are_refused(amount: str | Decimal, code: str) -> None:
    """Nothing is rounded in silence, and "42.000" may mean a thousand times more."""
    decimals = _currencies.EXPONENTS[code]
    with pytest.raises(InvalidValueError, match=f"{code} has {decimals} decimals"):
        Money(amount, code)


@pytest.mark.parametrize(
    "amount",
    [
        "90071992547409.92",
        "-90071992547409.92",
        pytest.param("9" * 10_000, id="long text"),
        pytest.param(10**10_000, id="long"),
        pytest.param(-(10**10_000), id="-long"),
        Decimal("1E+999999"),
        Decimal("-1E+999999"),
        Decimal(MAX_MINOR),
    ],
)
def test_an_amount_beyond_the_bound_is_refused(amount: str | int | Decimal) -> None:
    """The bound holds for amounts of any length, which are not even printed."""
    with pytest.raises(InvalidValueError, match=r"EUR stays within 2\*\*53 - 1"):
        Money(amount, "EUR")


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("eur", "did you mean 'EUR'"),
        (" EUR", "did you mean 'EUR'"),
        ("XXY", "no ISO 4217 code in force"),
        ("", "no ISO 4217 code in force"),
        ("GRD", "no ISO 4217 code in force"),
        ("XAU", "XAU has no minor unit"),
        ("XXX", "XXX has no minor unit"),
        (978, "code like 'EUR', not 978"),
        (None, "code like 'EUR', not None"),
        (["EUR"], "code like 'EUR', not"),
    ],
)
def test_an_unusable_currency_is_refused(code: Any, mend: str) -> None:
    """Whichever way in, a code that cannot be used is refused with the reason."""
    ways: list[Callable[[], Money]] = [
        lambda: Money("1", code),
        lambda: Money.from_minor(1, code),
        lambda: Money.zero(code),
    ]
    for way in ways:
        with pytest.raises(InvalidValueError) as refusal:
            way()
        assert mend in str(refusal.value)


@pytest.mark.parametrize(
    "minor", [*FLOATS, True, "4200", Decimal(4200), None], ids=repr
)
def test_minor_units_are_plain_ints(minor: Any) -> None:
    """Minor units are counted, so nothing but a plain int counts them."""
    with pytest.raises(InvalidValueError, match="minor units are a plain int"):
        Money.from_minor(minor, "EUR")


@pytest.mark.parametrize("text", ["", "42.00", "EUR", "EUR42.00", 42.0, None, EUR])
def test_text_without_code_and_amount_is_refused(text: Any) -> None:
    """Money in text is a code and an amount, told apart by one space."""
    with pytest.raises(InvalidValueError, match=r"like 'EUR 42\.00'"):
        Money.parse(text)


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("EUR  42.00", "write plain digits"),
        ("EUR 42.00 ", "write plain digits"),
        ("EUR -", "write plain digits"),
        ("42.00 43.00", "no ISO 4217 code"),
        ("EUR EUR", "write plain digits"),
        ("eur 42.00", "did you mean 'EUR'"),
        ("42.00 eur", "did you mean 'EUR'"),
        ("EUR 42.005", "EUR has 2 decimals"),
    ],
)
def test_text_is_read_as_strictly_as_arguments(text: str, mend: str) -> None:
    """Parsing refuses what the constructor refuses, with the same mend."""
    with pytest.raises(InvalidValueError, match=mend):
        Money.parse(text)


@pytest.mark.parametrize(
    "mix",
    [
        operator.add,
        operator.sub,
        operator.lt,
        operator.le,
        operator.gt,
        operator.ge,
        Money.ratio,
    ],
)
def test_two_currencies_never_mix(mix: Callable[[Money, Money], object]) -> None:
    """No sum, comparison or ratio spans two currencies; equality says no."""
    with pytest.raises(CurrencyMismatchError, match="and JPY 42 do not mix"):
        mix(EUR, JPY)
    assert EUR != KWD


@pytest.mark.parametrize(
    "operate",
    [
        operator.add,
        operator.sub,
        operator.truediv,
        operator.floordiv,
        operator.lt,
        operator.le,
        operator.gt,
        operator.ge,
    ],
)
@pytest.mark.parametrize("other", [42, 0.5, "EUR 1.00", None], ids=repr)
def test_money_meets_only_money(
    operate: Callable[[Any, Any], object], other: Any
) -> None:
    """A bare number is no amount on either side, and nothing divides money."""
    with pytest.raises((TypeError, InvalidValueError)):
        operate(EUR, other)
    with pytest.raises((TypeError, InvalidValueError)):
        operate(other, EUR)


@pytest.mark.parametrize("other", [2, 0.5, Decimal(2), Fraction(1, 2), EUR], ids=repr)
def test_division_is_refused_with_the_three_ways_there_are(other: Any) -> None:
    """For a part, for all parts, and for how often an amount fits."""
    with pytest.raises(InvalidValueError, match=r"times\(.*allocate\(.*ratio\("):
        EUR / other


def test_a_sum_that_starts_with_a_number_names_its_start() -> None:
    """`sum` starts with 0, and 0 of what?"""
    moneys_: list[Any] = [EUR, EUR]
    with pytest.raises(InvalidValueError, match=r'sum\(amounts, Money.zero\("EUR"\)'):
        sum(moneys_)
    assert sum(moneys_, Money.zero("EUR")) == EUR * 2


@pytest.mark.parametrize("spec", ["", ">15", "<15", "^15", ".3", "*>12"])
def test_money_is_formatted_as_text_is(spec: str) -> None:
    """So that a column of amounts lines up."""
    assert f"{EUR:{spec}}" == f"{EUR!s:{spec}}"


def test_money_equals_nothing_but_money() -> None:
    """Comparing for equality with anything else is allowed, and false."""
    others: list[object] = [42, 4200, "EUR 42.00", Decimal(42), None, (4200, "EUR")]
    assert all(other != EUR for other in others)


@pytest.mark.parametrize(
    "factor", [*FLOATS, True, Decimal(2), Fraction(1, 2), 1j], ids=repr
)
def test_only_a_whole_number_multiplies(factor: Any) -> None:
    """A number that is no plain int is refused on either side of the sign."""
    money: Any = EUR
    for left, right in ((money, factor), (factor, money)):
        with pytest.raises(InvalidValueError, match=r"\.times\(Fraction"):
            operator.mul(left, right)


@pytest.mark.parametrize("factor", ["2", None, EUR], ids=repr)
def test_what_is_no_number_does_not_multiply(factor: Any) -> None:
    """Money times money, or text, has no meaning."""
    with pytest.raises(TypeError):
        operator.mul(EUR, factor)


@pytest.mark.parametrize("share", [*FLOATS, True, Decimal("0.5"), "1/2"], ids=repr)
def test_a_share_or_weight_is_exact(share: Any) -> None:
    """A share and a weight are ints or Fractions, never floats."""
    with pytest.raises(InvalidValueError, match="a share is an int or Fraction"):
        EUR.times(share, rounding=Rounding.HALF_UP)
    with pytest.raises(InvalidValueError, match="a weight is an int or Fraction"):
        EUR.allocate([1, share])


def test_a_rounding_must_be_declared() -> None:
    """There is no rounding by default and none by another name."""
    money: Any = EUR
    with pytest.raises(TypeError, match="rounding"):
        money.times(2)
    with pytest.raises(InvalidValueError, match="half_up, half_even, up, down"):
        money.times(2, rounding="bankers")


@pytest.mark.parametrize("by", [[], [0, 0], [1, -1], [Fraction(-1, 2), 1]], ids=repr)
def test_weights_must_weigh_something(by: list[int | Fraction]) -> None:
    """Weights are at least one above zero and none below."""
    with pytest.raises(InvalidValueError, match="one weight above 0, and none below"):
        EUR.allocate(by)


@pytest.mark.parametrize("other", [Money.zero("EUR"), 42, 0.5, None], ids=repr)
def test_a_ratio_needs_money_to_divide_by(other: Any) -> None:
    """The other side of a ratio is an amount, and not nothing."""
    with pytest.raises(InvalidValueError, match="Money other than 0"):
        EUR.ratio(other)


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(1, 0), (0.5, 2), (1, 0.5), (True, 2), (1, True)]
)
def test_only_whole_numbers_are_divided(numerator: Any, denominator: Any) -> None:
    """Division takes ints, so that no float slips in, and not zero below."""
    with pytest.raises(InvalidValueError, match="an int by an int other than 0"):
        divide(numerator, denominator, Rounding.HALF_UP)


def test_a_forged_pickle_is_refused() -> None:
    """An amount comes back from a pickle through the same checks."""
    rebuild, (_, code) = EUR.__reduce__()
    with pytest.raises(InvalidValueError, match="stays within"):
        rebuild(MAX_MINOR + 1, code)
