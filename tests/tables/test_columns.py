"""What a column may hold, and the conditions that comparing it makes."""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recovery_core as rc
from recovery_core.errors import InvalidValueError
from recovery_core.tables import Column, Rule, column
from recovery_core.tables.conditions import Cell, When, to_condition
from recovery_core.tables.domains import Choices, Flags
from recovery_core.tables.spans import is_in
from tests.support.columns import (
    SMALL,
    Tier,
    by_line,
    each_small,
    eur,
    held_in,
    known,
)

ORDERED: Final = {name: one for name, one in SMALL.items() if "unord" not in name}
each_ordered = pytest.mark.parametrize("one", ORDERED.values(), ids=ORDERED)


def codes(one: Column) -> range:
    """Walk all that a column can hold, what is missing included."""
    low, high = one.span
    return range(low, high + 1)


def held(when: When) -> set[int]:
    """Tell which codes of its one column a condition accepts."""
    (cell,) = when.cells
    return {code for code in codes(cell.column) if when.holds({"x": code})}


def held_or_none(make: Callable[[], When]) -> set[int]:
    """Tell what a condition accepts; a condition nothing can meet is refused."""
    try:
        return held(make())
    except InvalidValueError as error:
        assert "can meet this condition" in str(error)  # noqa: PT017
        return set()


# --------------------------------------------------------------------- conditions

COMPARE: Final = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
MIRROR: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@each_small
@pytest.mark.parametrize("sign", COMPARE)
def test_a_comparison_holds_for_the_codes_that_compare_so(
    one: Column, sign: str
) -> None:
    """At, below and above every bound, either way round, never where it is missing."""
    domain = one.domain
    is_refused = isinstance(domain, Choices) and not domain.is_ordered
    is_refused = is_refused and sign not in {"==", "!="}
    compare: Callable[[Any, Any], Any] = COMPARE[sign]
    for bound in known(one):
        value = one.fact(bound)
        if is_refused:
            with pytest.raises(InvalidValueError, match="have no order"):
                compare(one, value)
            continue
        expected = {code for code in known(one) if compare(code, bound)}
        assert held_or_none(lambda v=value: compare(one, v)) == expected  # type: ignore[misc]
        mirrored = COMPARE[MIRROR[sign]]
        assert held_or_none(lambda v=value, m=mirrored: m(v, one)) == expected  # type: ignore[misc]


@each_ordered
def test_between_holds_from_the_first_up_to_the_end(one: Column) -> None:
    """The first is inside and the end is not, and the last value can be included."""
    for first in known(one):
        for end in known(one):
            expected = set(range(first, end))
            low, high = one.fact(first), one.fact(end)
            assert held_or_none(lambda a=low, b=high: one.between(a, b)) == expected  # type: ignore[misc]


def test_an_end_may_lie_just_past_the_last_value() -> None:
    """An end that is not inside may be the next after the last, and no further."""
    ends: list[tuple[str, Any, Any]] = [
        ("integers", 5, 6),
        ("minutes", timedelta(minutes=6), timedelta(minutes=7)),
        ("days", 7, 8),
        ("money", eur("0.04"), eur("0.05")),
        ("day", date(2024, 3, 3), date(2024, 3, 4)),
    ]
    for name, past, beyond in ends:
        one = SMALL[name]
        assert held(one < past) == set(known(one))
        assert held(one.between(one.fact(one.domain.least), past)) == set(known(one))  # type: ignore[arg-type]
        wrongs: list[Any] = [beyond, None, "e"]
        for wrong in wrongs:
            with pytest.raises(InvalidValueError, match=r"column|is_missing"):
                one < wrong  # noqa: B015
        for compare in (operator.le, operator.ge, operator.gt, operator.eq):
            with pytest.raises(InvalidValueError):
                compare(one, past)
    for name in ("flag", "ordered"):
        with pytest.raises(InvalidValueError):
            SMALL[name] < 2  # noqa: B015


@each_small
def test_isin_holds_for_any_of_its_values(one: Column) -> None:
    """Each value given is accepted, in any order and more than once, and no other."""
    every = [*known(one)]
    for size in range(1, len(every) + 1):
        some = every[-size:] + every[:1]
        given = [one.fact(code) for code in some]
        assert held(one.isin(*given)) == set(some)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="can meet this condition"):
        one.isin()
    with pytest.raises(InvalidValueError, match="ask for a missing 'x' with"):
        one.isin(None)  # type: ignore[arg-type]


@each_small
def test_missing_is_asked_for_by_name(one: Column) -> None:
    """is_missing holds for what is missing alone; None is never compared with."""
    for compare in (operator.eq, operator.ne):
        with pytest.raises(InvalidValueError, match="ask for a missing 'x' with"):
            compare(one, None)
    if one.is_optional:
        assert held(one.is_missing) == {one.missing}
        assert held(~one.is_missing) == set(known(one))
        return
    with pytest.raises(InvalidValueError, match=r"declare it with \.optional\(\)"):
        _ = one.is_missing


spans = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=3)
wheres = st.sampled_from(sorted(SMALL))


@st.composite
def conditions(draw: st.DrawFn, name: str) -> When:
    """Draw any condition on one column."""
    one = SMALL[name]
    low, high = one.span
    chosen = draw(st.sets(st.integers(low, high), min_size=1))
    made = [When((Cell(one, ((code, code),)),)) for code in sorted(chosen)]
    whole = made[0]
    for part in made[1:]:
        whole = whole | part
    return whole


@given(st.data(), wheres)
def test_signs_are_set_algebra(data: st.DataObject, name: str) -> None:
    """& is what both accept, | what either does, ~ what the condition does not."""
    a, b = data.draw(conditions(name)), data.draw(conditions(name))
    every = set(codes(SMALL[name]))
    assert held_or_none(lambda: a & b) == held(a) & held(b)
    assert held(a | b) == held(a) | held(b)
    assert held_or_none(lambda: ~a) == every - held(a)
    if held(a) != every:
        assert ~~a == a
    assert a & a == a == a | a
    assert (a == b) is (held(a) == held(b))
    assert hash(a) == hash(copy.deepcopy(a))


def test_the_opposite_of_a_comparison_holds_where_it_is_missing() -> None:
    """Of a condition and its opposite one holds: no comparison does, so its ~ does."""
    late = column.minutes("x", most=90).optional()
    assert held(~(late >= 60)) == {*range(60), late.missing}
    assert held(late < 60) == set(range(60))
    assert held(~(late == 60)) == held(late != 60) | {late.missing}
    member = column.flag("x").optional()
    assert held(~member) == {0, member.missing}
    assert held(member == False) == {0}  # noqa: E712


def test_a_flag_is_a_condition_by_itself() -> None:
    """A flag joins, negates and stands alone; any other column has to be compared."""
    up, late = column.flag("up"), column.minutes("late")
    assert to_condition(up) == up.as_when() == (up == True)  # noqa: E712
    assert ~up == (up == False)  # noqa: E712
    assert (up & (late >= 60)) == ((late >= 60) & up)
    assert held_in(up | ~up) == ((0, 1),)
    assert held_in((~up) | up) == ((0, 1),)
    assert Rule("x", when=up).when == to_condition(up)
    for make in (
        late.as_when,
        lambda: late & up,
        lambda: up & late,
        lambda: late | up,
        lambda: ~late,
        lambda: Rule("x", when=late),
    ):
        with pytest.raises(InvalidValueError, match="'late' is no condition by itself"):
            make()


def test_conditions_are_never_true_or_false() -> None:
    """`and`, `or`, `not`, `if` and chained comparisons raise and say the mend."""
    late, up = column.minutes("late"), column.flag("up")
    wrong: list[Callable[[], object]] = [
        lambda: 30 <= late < 60,
        lambda: late >= 30 and late < 60,
        lambda: late < 30 or late > 60,
        lambda: not late >= 30,
        lambda: bool(late == 30),
        lambda: 30 in (late, late),
    ]
    for make in wrong:
        with pytest.raises(TypeError, match="join with & instead of 'and', negate"):
            make()
    for make in (lambda: bool(up), lambda: not up, lambda: bool(late)):
        with pytest.raises(TypeError, match=r"column '(up|late)' is neither true"):
            make()


def test_signs_keep_to_one_column() -> None:
    """| and ~ work within one column; a condition with two says what to do."""
    late, km = column.minutes("late"), column.integer("km", 0, 9)
    two = (late >= 60) & (km >= 3)
    with pytest.raises(InvalidValueError, match="not on 'late' and 'km': write one"):
        _ = (late >= 60) | (km >= 3)
    with pytest.raises(InvalidValueError, match="~ works within one column, not on"):
        _ = ~two
    with pytest.raises(InvalidValueError, match=r"\| works within one column, not on"):
        _ = (late >= 3) | two
    with pytest.raises(InvalidValueError, match=r"\| works within one column, not on"):
        _ = two | (late >= 3)
    for wrong in (None, True, "late >= 60", 5, 1.5):
        with pytest.raises(InvalidValueError, match="a condition cannot be"):
            _ = (late >= 60) & wrong  # type: ignore[operator]
        with pytest.raises(InvalidValueError, match="a condition cannot be"):
            _ = (late >= 60) | wrong  # type: ignore[operator]
        if wrong is not None:
            with pytest.raises(InvalidValueError, match="a condition cannot be"):
                Rule("x", when=wrong)  # type: ignore[arg-type]


def test_two_columns_of_one_name_are_refused() -> None:
    """A name stands for one column; the same column made twice is the same."""
    late, twin = column.minutes("late"), column.minutes("late")
    others = (
        column.minutes("late", most=90),
        column.minutes("late").optional(),
        column.minutes("late").read_from(lambda claim: 3),
        column.flag("late"),
    )
    assert late == twin
    assert (late == twin) is True
    assert (late != twin) is False
    assert ((late >= 3) & (twin < 9)) == late.between(3, 9)
    for other in others:
        assert (late == other) is False
        assert (late != other) is True
        mine = other.as_when() if isinstance(other.domain, Flags) else other >= 3
        for join in (operator.and_, operator.or_):
            with pytest.raises(
                InvalidValueError, match="two columns are called 'late'"
            ):
                join(late >= 3, mine)


def test_conditions_on_two_columns_agree_in_any_order() -> None:
    """A row meets a condition where it meets every cell; the order says nothing."""
    late, km = column.minutes("late"), column.integer("km", 0, 9)
    one, other = (late >= 60) & (km >= 3), (km >= 3) & (late >= 60)
    assert one == other
    assert hash(one) == hash(other)
    assert [one.holds({"late": 60, "km": n}) for n in (2, 3)] == [False, True]
    assert not one.holds({"late": 59, "km": 3})
    assert ((late >= 60) & (km >= 3) & (late < 90)).cells[0].spans == ((60, 89),)


@pytest.mark.parametrize(
    "make",
    [
        lambda one: Cell(one, ()),
        lambda one: Cell(one, ((3, 2),)),
        lambda one: Cell(one, ((-1, 2),)),
        lambda one: Cell(one, ((0, 10),)),
        lambda one: Cell(one, ((3, 4), (1, 2))),
        lambda one: Cell(one, ((1, 2), (3, 4))),
        lambda one: When(()),
        lambda one: When((one,)),
        lambda one: When([Cell(one, ((1, 2),))]),  # type: ignore[arg-type]
        lambda one: When((Cell(one, ((1, 2),)), Cell(one, ((2, 3),)))),
    ],
    ids=by_line,
)
def test_a_cell_holds_codes_of_its_column(make: Callable[[Column], object]) -> None:
    """Cells made by hand are held to what comparing would make."""
    with pytest.raises(InvalidValueError):
        make(column.integer("x", 0, 9))


# ------------------------------------------------------------- computed and read

KM: Final = column.integer("km", 0, 20_000)


@column.choices("band", "short", "long").computed_from(KM)
def band(km: int) -> str:
    """Tell a short way from a long one."""
    return "short" if km <= 1500 else "long"


def read_loss(claim: rc.Claim) -> rc.Money | None:
    """Read the loss."""
    return claim.failure.loss


def test_a_computed_column_holds_its_function_to_the_domain() -> None:
    """What the function answers is checked, and turned into the plain value."""
    tier = column.choices("tier", Tier)
    half = column.money("half", "EUR", most=eur("5.00"))
    assert band.compute(1500) == "short"
    assert tier.computed_from(KM)(lambda km: Tier.GOLD).compute(3) == "GOLD"
    assert half.computed_from(KM)(lambda km: eur("0.05")).compute(3) == 5
    maybe = half.optional().computed_from(KM, tier.optional())(lambda km, t: None)
    assert maybe.compute(3, None) is None
    wrong = half.computed_from(KM, tier)(lambda km, t: 1.5)
    with pytest.raises(InvalidValueError, match="column 'half' cannot be 1") as told:
        wrong.compute(3, "GOLD")
    assert str(told.value).endswith("(computed from km=3, tier='GOLD')")
    with pytest.raises(InvalidValueError, match="'km' is read, not computed"):
        KM.compute(3)


def test_a_column_is_computed_from_columns_that_are_read() -> None:
    """One level alone, by a function, and not read from the claim as well."""
    far = column.flag("far")
    for wrong in ("km", None, band, 3):
        with pytest.raises(InvalidValueError, match="columns that are read, not comp"):
            far.computed_from(wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="is computed from no column"):
        far.computed_from()
    functions: list[Any] = [None, 3, bool]
    for function in functions:
        with pytest.raises(InvalidValueError):
            far.computed_from(KM)(function)
    with pytest.raises(InvalidValueError, match="give a function"):
        far.computed_from(KM, vector=3)(lambda km: True)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="either computed or read"):
        band.read_from(lambda claim: "short")
    with pytest.raises(InvalidValueError, match="give a function"):
        far.read_from(3)  # type: ignore[arg-type]


def test_money_on_a_case_is_money() -> None:
    """A number in a case or in a condition could be units or cents: it is refused."""
    fare = column.money("fare", "EUR")
    assert fare.to_plain(4200) == fare.to_plain_as_recorded(eur("42.00")) == 4200
    for wrong in (4200, 0, True):
        with pytest.raises(InvalidValueError, match="give Money, lest units be taken"):
            fare.to_plain_as_recorded(wrong)
        for compare in COMPARE.values():
            with pytest.raises(InvalidValueError, match="give Money, lest units be"):
                compare(fare, wrong)
    with pytest.raises(InvalidValueError, match="give EUR from EUR"):
        fare >= rc.Money("1.00", "USD")  # noqa: B015


# ------------------------------------------------------------------------ values

VALUES: Final[dict[str, Any]] = {
    **SMALL,
    "read": column.money("loss", "EUR").optional().read_from(read_loss),
    "condition": (KM >= 3) & column.flag("up"),
    "cell": (KM >= 3).cells[0],
    **{f"domain of {name}": one.domain for name, one in SMALL.items()},
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_columns_and_conditions_are_values(value: Any) -> None:
    """They are frozen, and a copy or a pickle of one is the same, hash included."""
    twins = (
        pickle.loads(pickle.dumps(value)),  # noqa: S301
        copy.copy(value),
        copy.deepcopy(value),
        attrs.evolve(value),
    )
    for twin in twins:
        assert twin == value
        assert (twin != value) is False
        assert hash(twin) == hash(value)
        assert repr(twin) == repr(value)
    for name in (*(field.name for field in attrs.fields(type(value))), "note"):
        with pytest.raises(AttributeError):
            setattr(value, name, None)


def test_a_used_domain_still_pickles() -> None:
    """What a domain keeps for speed is no part of it."""
    one = SMALL["ordered"]
    assert one.code("b") == 1
    domain: Choices = pickle.loads(pickle.dumps(one.domain))  # noqa: S301
    assert domain == one.domain
    assert domain.code("b") == 1


def test_functions_of_one_content_make_one_column() -> None:
    """A function made twice is one; an edited one, or one too many, is another."""

    def reading(limit: int) -> Column:
        return column.flag("far").computed_from(KM)(lambda km: km > limit)

    def read(limit: int | None) -> Column:
        flag = column.flag("told")
        return flag if limit is None else flag.read_from(lambda _: limit > 3)

    assert reading(3) == reading(3) != reading(4)
    assert (reading(3).as_when() & reading(3)) == reading(3).as_when()
    assert read(3) == read(3) != read(4)
    assert read(None) != read(3) != read(None)
    with pytest.raises(InvalidValueError, match="two columns are called 'far'"):
        _ = reading(3).as_when() & reading(4)


def test_variations_leave_the_original_alone() -> None:
    """optional() and read_from() give another column."""
    late = column.minutes("late")
    assert late.optional().is_optional
    assert late.read_from(read_loss).reader is read_loss
    assert not late.is_optional
    assert late.reader is None
    assert late.optional() == late.optional() != late
    assert is_in(late.optional().missing, held_in(late.optional().is_missing))
