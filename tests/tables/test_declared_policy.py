"""Plain functions that say what they read: what they are shown, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from recovery_core import Award, Claim, Money, Reason, ServiceFailure
from recovery_core.errors import InvalidValueError, MissingFactError, PolicyError
from recovery_core.tables import Rule, bands, column, half_of, policy_reading
from recovery_core.tables.declared_policy import Bands, DeclaredPolicy

LATE = column.minutes("late", most=600)
FARE = column.money("fare", "EUR")
STAY = column.minutes("stay", most=500).optional()
TIER = column.choices("tier", "silver", "gold", ordered=True)
DAY = column.day("day", first=date(2024, 1, 1))


def claim(**facts: Any) -> Claim:
    """Claim with these facts."""
    return Claim(ServiceFailure("late", facts=facts), datetime(2026, 5, 1, tzinfo=UTC))


@policy_reading(bands(LATE, 30, 60), TIER, bands(STAY, 120), name="Delay")
def delay(read: Any) -> Rule | Award:
    """Give half the fare for an hour, to those who stay."""
    if read["late"] >= 60 and read["stay"] is not None:
        return Rule("half", amends=half_of(FARE))
    return Award.nothing(Reason("early", "not an hour late"))


def test_it_is_a_policy_like_any_other() -> None:
    """Called with a claim it gives an award, with what it read and by which rule."""
    given = claim(late=75, tier="gold", stay=200, fare=Money("10.00", "EUR"))
    award = delay(given)
    assert award.worth == Money("5.00", "EUR")
    (because,) = award.because
    assert because.code == "half"
    assert because.values["late"] == 75
    assert because.values["policy"] == f"Delay {delay.hash}"
    assert delay(claim(late=59, tier="gold")).because[0].code == "early"
    assert repr(delay) == "Delay(late, tier, stay)"


def test_it_is_shown_the_lowest_value_of_a_band() -> None:
    """What it is not to tell apart, it cannot."""
    seen: list[dict[str, Any]] = []

    @policy_reading(
        bands(LATE, 30, 60), TIER, bands(STAY, 120), bands(DAY, date(2025, 1, 1))
    )
    def watching(read: Any) -> Rule:
        seen.append(dict(read))
        assert len(read) == 4
        assert "late" in read
        return Rule("seen")

    watching(claim(late=59, tier="gold", stay=119, day=date(2026, 1, 1)))
    watching(claim(late=29, tier="silver", day=date(2024, 12, 31)))
    shown = {"late": 30, "tier": "gold", "stay": 0, "day": date(2025, 1, 1)}
    assert seen[0] == shown
    early = {"late": 0, "tier": "silver", "stay": None, "day": date(2024, 1, 1)}
    assert seen[1] == early


def test_it_reads_nothing_that_it_does_not_declare() -> None:
    """An undeclared column is an error that says what to add, even when asked for."""

    @policy_reading(LATE)
    def sly(read: Any) -> Rule:
        return Rule(str(read["fare"]))

    @policy_reading(LATE)
    def slyer(read: Any) -> Rule:
        return Rule("a" if "fare" in read else "b")

    @policy_reading(LATE)
    def slyest(read: Any) -> Rule:
        return Rule("a" if read.get("fare") else "b")

    for policy in (sly, slyer, slyest):
        with pytest.raises(PolicyError, match="reads 'fare' and declares only 'late'"):
            policy(claim(late=1))


def test_nothing_but_texts_is_ever_in_it() -> None:
    """What is no name is not read."""

    @policy_reading(LATE)
    def odd(read: Any) -> Rule:
        return Rule("a" if 7 in read else "b")

    assert odd(claim(late=1)).because[0].code == "b"


def test_facts_are_held_to_their_columns() -> None:
    """What is missing or outside is said as a table says it."""
    with pytest.raises(MissingFactError, match="tier"):
        delay(claim(late=1))
    with pytest.raises(InvalidValueError, match="601"):
        delay(claim(late=601, tier="gold"))


def test_computed_columns_are_computed() -> None:
    """A column may be worked out from others."""

    @column.flag("long").computed_from(LATE)
    def long(late: int) -> bool:
        return late >= 60

    @policy_reading(long)
    def by_length(read: Any) -> Rule:
        return Rule("long" if read["long"] else "short")

    assert by_length(claim(late=60)).because[0].code == "long"


@pytest.mark.parametrize("answer", [None, "half", Rule("r", when=LATE >= 30)])
def test_it_answers_with_a_rule_or_an_award(answer: Any) -> None:
    """A rule with a condition would be a second table."""
    policy = policy_reading(LATE)(lambda read: answer)
    with pytest.raises(PolicyError, match="<lambda> answered"):
        policy(claim(late=1))


def test_it_takes_a_function() -> None:
    """What cannot be asked is refused when it is declared."""
    with pytest.raises(InvalidValueError, match="give a function"):
        policy_reading(LATE)(7)  # type: ignore[arg-type]


@pytest.mark.parametrize("columns", [(), (LATE, LATE), (LATE, bands(LATE, 30))])
def test_it_names_each_column_once(columns: tuple[Any, ...]) -> None:
    """No column, or one twice, is refused."""
    with pytest.raises(InvalidValueError, match="name at least one column, each"):
        policy_reading(*columns)


def test_it_decides_on_columns_alone() -> None:
    """A name is no column."""
    with pytest.raises(InvalidValueError, match="cannot decide on 'late'"):
        policy_reading("late")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "cuts"),
    [
        (LATE, ()),
        (LATE, (60, 30)),
        (LATE, (30, 30)),
        (LATE, (0,)),
        (STAY, (None,)),
    ],
)
def test_cuts_rise_from_above_the_least(one: Any, cuts: tuple[Any, ...]) -> None:
    """A cut is the first value of a band, and there is one below it."""
    with pytest.raises(InvalidValueError, match="give the first value of every band"):
        bands(one, *cuts)


@pytest.mark.parametrize(
    "one", ["late", column.flag("told"), column.choices("cause", "crew", "snow")]
)
def test_bands_need_an_order(one: Any) -> None:
    """What has no order has no bands."""
    with pytest.raises(InvalidValueError, match="has no bands"):
        bands(one, 1)


def test_bands_of_every_sort() -> None:
    """Numbers, money, days and ordered choices can be cut; missing is a band."""
    assert bands(LATE, 30, 60) == Bands(LATE, (0, 30, 60))
    assert bands(FARE, Money("1.00", "EUR")).starts == (0, 100)
    assert bands(TIER, "gold").starts == (0, 1)
    assert bands(DAY, date(2025, 1, 1)).starts[1] == date(2025, 1, 1).toordinal()
    assert bands(STAY, 120).starts == (0, 120, 501)
    with pytest.raises(InvalidValueError, match="601"):
        bands(LATE, 601)


def test_an_edited_function_is_another_policy() -> None:
    """The hash follows what it does, what it reads and where it is cut."""

    def make(cut: int, code: str) -> DeclaredPolicy:
        return policy_reading(bands(LATE, cut), name="p")(lambda read: Rule(code))

    assert make(30, "a").hash == make(30, "a").hash
    assert make(30, "a").hash != make(31, "a").hash
    assert make(30, "a").hash != make(30, "b").hash
