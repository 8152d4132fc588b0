import copy
import datetime as dt
from collections.abc import Mapping
from datetime import UTC, date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.money import Money
from recovery_core._domain.reason import Facts, Reason, convert_to_facts
from recovery_core._readable import readable
from recovery_core.errors import InvalidValueError, MissingFactError
from recovery_core.testing.strategies import facts, reasons, texts
from recovery_core.testing.strategies.reasons import fact_values
from tests.support.laws import TEXT, check_refusal, check_value, refusals

LATE = Facts({"fare": Money("42.00", "EUR"), "arrival_delay": 75})
NAMES = {
    "Facts": Facts,
    "Fraction": Fraction,
    "Money": Money,
    "Reason": Reason,
    "datetime": dt,
}


def typed_in(shown: str) -> Any:
    """Read a repr as Python reads it."""
    return eval(shown, NAMES)  # noqa: S307


# Facts


@given(st.dictionaries(texts(), fact_values(), max_size=4))
def test_facts_are_a_mapping(items: dict[str, Any]) -> None:
    """Facts answer every question of a mapping as the dict they were made of."""
    known: Mapping[str, Any] = Facts(items)
    assert isinstance(known, Mapping)
    assert known == items
    assert items == known
    assert [*known] == [*items]
    assert [*known.items()] == [*items.items()]
    assert [*known.values()] == [*items.values()]
    assert len(known) == len(items)
    assert bool(known) is bool(items)
    for name, value in items.items():
        assert name in known
        assert known[name] == known.get(name) == value


@given(facts(), texts())
def test_a_missing_fact_is_asked_for_in_vain(known: Facts, name: str) -> None:
    """A fact nobody recorded is not in, has a default, and says what there is."""
    rest = Facts({other: known[other] for other in known if other != name})
    assert name not in rest
    assert rest.get(name) is None
    assert rest.get(name, 0) == 0
    with pytest.raises(MissingFactError) as missing:
        rest[name]
    assert missing.value.name == name
    assert missing.value.known == tuple(sorted(rest))
    assert missing.value.__suppress_context__


@given(facts(), st.randoms(use_true_random=False))
def test_the_order_of_facts_is_kept_and_changes_nothing(
    known: Facts, random: Any
) -> None:
    """Facts in another order are equal and hash alike."""
    items = [*known.items()]
    random.shuffle(items)
    assert Facts(dict(items)) == known
    assert hash(Facts(dict(items))) == hash(known)
    assert [*Facts(dict(items))] == [name for name, _ in items]


@given(facts())
def test_facts_survive_every_copy(known: Facts) -> None:
    """Facts copied, pickled or typed in again are the same facts."""
    check_value(Reason("facts", "are carried", known))
    for twin in (copy.copy(known), copy.deepcopy(known), typed_in(repr(known))):
        assert type(twin) is Facts
        assert twin == known
        assert [*twin] == [*known]
    assert convert_to_facts(known) is known
    assert convert_to_facts(dict(known)) == known


def test_facts_do_not_change() -> None:
    """Facts can be neither set nor deleted, and forget the dict they came from."""
    source: dict[str, Any] = {"arrival_delay": 75}
    known: Any = Facts(source)
    source["arrival_delay"] = 5
    assert known == {"arrival_delay": 75}
    with pytest.raises(AttributeError, match="facts are frozen; build a new mapping"):
        known._items = {}
    with pytest.raises(AttributeError, match="facts are frozen; build a new mapping"):
        del known._items
    with pytest.raises(AttributeError):
        known.note = "mine"
    with pytest.raises(TypeError):
        known["arrival_delay"] = 5
    with pytest.raises(TypeError):
        del known["arrival_delay"]


def test_no_facts_are_facts() -> None:
    """Knowing nothing is a mapping too, however it is said."""
    assert Facts() == Facts({}) == Facts(None) == {}
    assert hash(Facts()) == hash(Facts({}))


def test_facts_key_a_dict() -> None:
    """What holds facts can be looked up by content."""
    assert {LATE: "seen"}[Facts({"arrival_delay": 75, "fare": Money(42, "EUR")})]


@pytest.mark.parametrize(
    "value",
    [
        *(75.0, float("nan"), None, Decimal(75), b"75", 1j),
        *([75], (75,), {"of": 75}, frozenset({75}), Facts()),
    ],
    ids=repr,
)
def test_a_fact_is_counted_in_whole_units(value: Any) -> None:
    """A float, an unknown or a collection is no fact, and the refusal says what is."""
    with pytest.raises(InvalidValueError) as refusal:
        Facts({"arrival_delay": 75, "extent": value})
    assert str(refusal.value) == (
        f"fact 'extent' cannot be {value!r}: give whole units (an int), Money, a "
        "Fraction, a text, a bool or a date; leave out what is not known"
    )


def test_a_moment_knows_its_offset() -> None:
    """A naive moment is refused: nobody could say when it was."""
    naive = dt.datetime(2026, 5, 1, 12)  # noqa: DTZ001
    with pytest.raises(InvalidValueError) as refusal:
        Facts({"arrived_at": naive})
    assert str(refusal.value) == (
        f"fact 'arrived_at' cannot be {naive!r}: give an aware datetime (tzinfo=UTC)"
    )
    aware = naive.replace(tzinfo=UTC)
    assert Facts({"arrived_at": aware})["arrived_at"] == aware


@pytest.mark.parametrize("name", ["", " ", 7, None, ("delay",)])
def test_a_fact_has_a_name(name: Any) -> None:
    """A fact without a name could never be asked for."""
    with pytest.raises(InvalidValueError) as refusal:
        Facts({name: 75})
    assert str(refusal.value) == f"a fact cannot be called {name!r}: give a text"


@pytest.mark.parametrize("items", [[("delay", 75)], "delay", 75, {"delay"}, [], ""])
def test_facts_are_made_of_a_mapping(items: Any) -> None:
    """Pairs, names or numbers alone are no facts."""
    for build in (Facts, convert_to_facts):
        with pytest.raises(InvalidValueError) as refusal:
            build(items)
        assert str(refusal.value) == f"facts cannot be {items!r}: give a mapping"


# Reasons


@given(reasons())
def test_a_reason_is_a_value(reason: Reason) -> None:
    """A reason is frozen, compared by content, and can be typed in as shown."""
    check_value(reason)
    assert typed_in(repr(reason)) == reason


@given(reasons())
def test_a_reason_shows_what_it_read(reason: Reason) -> None:
    """A reason reads as code, sentence and every value by name."""
    shown = str(reason)
    assert shown.startswith(readable(f"{reason.code}: {reason.text}"))
    for name, value in reason.values.items():
        told = str(value).removesuffix(", 0:00:00")
        assert readable(f"{name}={told}") in shown


def test_a_reason_reads_well() -> None:
    """Values stand behind the sentence, and no brackets where nothing was read."""
    assert str(Reason("blameless", "the company did it")) == (
        "blameless: the company did it"
    )
    assert str(Reason("too-late", "the claim came late", LATE)) == (
        "too-late: the claim came late [fare=EUR 42.00, arrival_delay=75]"
    )
    days: dict[str, Any] = {"on": date(2026, 5, 1), "age": timedelta(days=3)}
    assert str(Reason("old", "it is old", days)) == (
        "old: it is old [on=2026-05-01, age=3 days]"
    )


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    refusals(Reason("late", "it was late"), "values", code=TEXT, text=TEXT),
)
def test_what_cannot_be_is_refused(
    valid: Any, field: str, wrong: object, mend: str
) -> None:
    """A field that cannot be is refused with class, field, value and mend."""
    check_refusal(valid, field, wrong, mend)


def test_the_values_of_a_reason_are_facts() -> None:
    """A reason carries facts, and refuses what is none."""
    assert type(Reason("late", "it was late", {"delay": 75}).values) is Facts
    wrong: Any = {"delay": 7.5}
    with pytest.raises(InvalidValueError, match=r"fact 'delay' cannot be 7\.5"):
        Reason("late", "it was late", wrong)


@given(facts())
def test_a_fact_read_by_its_kind_is_the_fact(known: Facts) -> None:
    """Reading a fact by the kind it has gives just that fact."""
    for name, value in known.items():
        assert known.read(name, type(value)) == value


def test_a_fact_of_another_kind_is_refused() -> None:
    """A fact of another kind than asked for is refused; a bool is no int."""
    known = Facts({"late": True, "minutes": 5})

    with pytest.raises(InvalidValueError, match="'late' cannot be True: record int"):
        known.read("late", int)
    with pytest.raises(InvalidValueError, match="'minutes' cannot be 5: record str"):
        known.read("minutes", str)
    with pytest.raises(MissingFactError):
        known.read("seconds", int)
    assert known.read("late", bool) is True
