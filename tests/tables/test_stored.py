"""What a stored table keeps, and what is refused when it is read."""

# ruff: noqa: E501, SIM300 - refusals beside their places; columns are named first

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import Money, Remedy, RemedyKind, Rounding
from recovery_core._domain.hashing import content_hash
from recovery_core.errors import (
    GapError,
    InvalidValueError,
    StoredFormatError,
    TableError,
)
from recovery_core.tables import (
    Rule,
    Table,
    column,
    excess_of,
    greatest_of,
    indexed,
    interest,
    least_of,
    pay,
    per_completed,
    per_started,
    percent_of,
    sum_of_amounts,
)
from recovery_core.tables.amounts import Fixed, Periods, Scaled
from recovery_core.tables.content import functions_by_name
from tests.support.tables import tables

GOLDEN = Path(__file__).parents[1] / "golden" / "tables" / "everything.json"

LATE = column.minutes("arrival_delay", most=10_000)
FARE = column.money("fare", "EUR")
TIER = column.choices("tier", "none", "silver", "gold", ordered=True)
CAUSE = column.choices("cause", "crew", "snow").optional()
TOLD = column.flag("told")
BOUGHT = column.day("bought", first=date(2020, 1, 1), last=date(2030, 12, 31))
DAYS = column.days("days", most=36_600)
STAY = column.minutes("stay").optional()
INDEX = column.integer("index", 900, 2000)


def euros(amount: str) -> Money:
    """Give euros."""
    return Money(amount, "EUR")


def whole() -> Table:
    """Make a table that uses every part of the stored form that holds no function."""
    return Table(
        "Everything",
        rules=[
            Rule(
                "half",
                when=LATE.between(30, 60) & (TIER >= "silver") & ~CAUSE.is_missing,
                alternatives=[
                    FARE,
                    pay(
                        percent_of(FARE, "112.5"), kind=RemedyKind.CREDIT, what="miles"
                    ),
                ],
                amends=[
                    Remedy(RemedyKind.DISCOUNT, basis_points=500),
                    Remedy(RemedyKind.POINTS, points=100, is_statutory=True),
                    Remedy(RemedyKind.CARE, euros("5.00"), what="a meal"),
                ],
                because="half an hour late",
            ),
            Rule(
                "long",
                when=((LATE >= 60) | (LATE == 3)) & (date(2024, 2, 29) <= BOUGHT),
                amends=[
                    pay(
                        least_of(per_started(euros("2.50"), 60, LATE, after=30), FARE),
                        discretion=greatest_of(FARE, euros("50.00")),
                        is_statutory=True,
                    ),
                    sum_of_amounts(
                        per_completed(euros("1.00"), 1, DAYS, at_most=7),
                        interest(FARE, "4.12", DAYS, rounding=Rounding.DOWN),
                    ),
                    excess_of(indexed(FARE, INDEX, 1000, nearest=euros("0.05")), FARE),
                    Scaled(
                        Fixed(euros("3.00")), 2, 3, Periods(DAYS, 7, 0, is_started=True)
                    ),
                ],
            ),
            Rule("few", when=(CAUSE != "snow") | CAUSE.is_missing, amends=FARE),
        ],
        exclusions=[
            Rule("told", when=TOLD, because="it was told before"),
            Rule("snow", when=(CAUSE == "snow") & (LATE <= 9000)),
        ],
        otherwise=Rule("rest", amends=Remedy(RemedyKind.EXPLANATION, what="why")),
        hit="first",
        is_statutory=True,
        source="The law, section 3",
    )


def computed(*, vector: Any = None, reader: Any = None) -> Table:
    """Make a table that holds functions."""
    late = LATE if reader is None else LATE.read_from(reader)

    @column.choices("band", "short", "long").computed_from(late, vector=vector)
    def band(late: int) -> str:
        return "short" if late < 60 else "long"

    rules = [Rule("long", when=band == "long", amends=FARE)]
    return Table("Bands", rules, otherwise="short")


def plain(table: Table) -> Any:
    """Give what JSON holds of a table."""
    return json.loads(table.to_json())


def read(body: Any, **functions: Any) -> Table:
    """Read a plain body."""
    return Table.from_json(json.dumps(body), functions=functions)


@settings(max_examples=60)
@given(tables())
def test_a_stored_table_comes_back_the_same(table: Table) -> None:
    """Reading undoes writing: equal tables, equal hashes, the same text."""
    text = table.to_json()
    back = Table.from_json(text.encode(), functions=functions_by_name(table))

    assert back == table
    assert back.hash == table.hash
    assert back.to_json() == text


def test_every_part_of_a_table_is_kept() -> None:
    """Columns, cells, gifts, amounts, exclusions, source: nothing gets lost."""
    table = whole()
    back = Table.from_json(table.to_json())

    assert back == table
    assert back.hash == table.hash == content_hash(table)


def test_the_form_is_pinned() -> None:
    """A table that was filed stays readable, under the name it was filed by."""
    table = Table.from_json(GOLDEN.read_text())

    assert table == whole()
    assert table.to_json() == GOLDEN.read_text().rstrip("\n")
    assert table.hash == "864653356ea6d159"


def test_the_order_of_conditions_is_no_other_table() -> None:
    """Both demand the same, and so they are equal and share a hash."""
    one, other = (LATE >= 60) & TOLD, TOLD & (LATE >= 60)
    first, second = (
        Table("t", [Rule("r", when=when, amends=FARE)], otherwise="no")
        for when in (one, other)
    )

    assert one == other
    assert first == second
    assert hash(first) == hash(second)
    assert first.hash == second.hash
    assert first.to_json() != second.to_json()  # each shows its own order


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"source": "elsewhere"},
        {"hit": "max"},
        {"is_statutory": False},
        {"exclusions": ()},
        {"otherwise": "nothing more"},
        {"rules": whole().rules[1:]},
        {"rules": (whole().rules[1], whole().rules[0], whole().rules[2])},
    ],
)
def test_another_table_has_another_hash(change: dict[str, Any]) -> None:
    """Whatever decides, or says where it comes from, is part of the name."""
    assert attrs.evolve(whole(), **change).hash != whole().hash


def test_amounts_that_are_counted_otherwise_are_told_apart() -> None:
    """Comparing formulas never asks a column for a condition."""
    by_column, by_none = Scaled(Fixed(euros("1.00")), 1, 1, DAYS), percent_of(FARE, 50)

    assert by_column != Scaled(Fixed(euros("1.00")), 1, 1)
    assert by_column != by_none
    assert by_column == Scaled(Fixed(euros("1.00")), 1, 1, DAYS)
    assert by_column != Scaled(
        Fixed(euros("1.00")), 1, 1, Periods(DAYS, 1, 0, is_started=True)
    )


def test_a_person_can_write_one() -> None:
    """Without a hash, and with everything left out that has a usual value."""
    table = read(
        {
            "format": "recovery_core/table",
            "version": 1,
            "name": "By hand",
            "columns": {
                "late": {"holds": "integer", "least": 0, "most": 999, "unit": "min"},
                "fare": {"holds": "money", "least": "EUR 0.00", "most": "900 EUR"},
                "tier": {"holds": "choices", "values": ["a", "b"]},
            },
            "rules": [
                {
                    "code": "r",
                    "when": {
                        "late": [{"at_least": 60}, {"in": [3, 5]}],
                        "tier": {"in": ["a"]},
                    },
                    "amends": [
                        {"pay": {"amount": {"column": "fare"}}},
                        {
                            "pay": {
                                "amount": {
                                    "percent_of": {
                                        "of": {"fixed": "EUR 1.00"},
                                        "is": "50",
                                    }
                                }
                            }
                        },
                    ],
                }
            ],
            "otherwise": "not late",
        }
    )
    late = column.minutes("late", most=999)
    fare = column.money("fare", "EUR", most=euros("900.00"))
    when = ((late >= 60) | late.isin(3, 5)) & (column.choices("tier", "a", "b") == "a")
    gifts: list[Any] = [fare, percent_of(euros("1.00"), 50)]
    expected = Table(
        "By hand", [Rule("r", when=when, amends=gifts)], otherwise="not late"
    )

    assert table == expected
    assert table.hash == expected.hash


# --------------------------------------------------------------------------- functions


def test_functions_are_named_and_asked_for() -> None:
    """No text holds a function: reading says which one is wanted, and where."""
    table = computed(vector=min, reader=len)
    body = plain(table)

    assert body["columns"]["band"]["by"] == "band"
    assert body["columns"]["band"]["vector"] == "band.vector"
    assert body["columns"]["arrival_delay"]["reader"] == "arrival_delay"
    with pytest.raises(StoredFormatError, match=r"reader: .*functions=\{'arrival_"):
        read(body)
    functions = functions_by_name(table)
    assert set(functions) == {"band", "band.vector", "arrival_delay"}
    assert read(body, **functions) == table


def test_another_function_is_another_table() -> None:
    """The hash stands for the code of functions too, and the message says so."""
    text = computed().to_json()
    with pytest.raises(StoredFormatError, match="functions are others"):
        Table.from_json(text, functions={"band": lambda late: "long"})


def test_what_could_not_be_read_back_is_not_written() -> None:
    """Two halves of one character side by side would come back as one."""
    with pytest.raises(StoredFormatError, match=r"table .* cannot be written"):
        attrs.evolve(whole(), source="\ud83d\ude00").to_json()


@pytest.mark.parametrize(
    ("when", "cell"),
    [
        (~STAY.is_missing, {"missing": False}),
        (STAY.is_missing, {"missing": True}),
        ((STAY >= 5) | STAY.is_missing, [{"at_least": 5}, {"missing": True}]),
        (STAY.isin(7, 9), {"in": [7, 9]}),
        (TOLD.as_when(), {"in": [True]}),
        (TIER >= "silver", {"in": ["silver", "gold"]}),
        (FARE <= euros("42.00"), {"at_most": "EUR 42.00"}),
        (BOUGHT > date(2024, 2, 28), {"at_least": "2024-02-29"}),
    ],
)
def test_a_cell_is_stored_in_the_values_of_its_column(when: Any, cell: Any) -> None:
    """As a person would write it, and read back the same."""
    table = Table("t", [Rule("r", when=when)], otherwise="no")

    assert [*plain(table)["rules"][0]["when"].values()] == [cell]
    assert Table.from_json(table.to_json()) == table


def test_ordered_choices_may_be_given_by_their_ends() -> None:
    """Whoever writes by hand need not list every name."""
    table = Table("t", [Rule("r", when=TIER >= "silver")], otherwise="no")
    body = plain(table)
    body["rules"][0]["when"]["tier"] = {"at_least": "silver"}

    assert read(body) == table


# -------------------------------------------------------------------------------- damage


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Walk the ways to every value in a plain body."""
    members: Any = ()
    if isinstance(body, dict):
        members = body.items()
    elif isinstance(body, list):
        members = enumerate(body)
    for key, value in members:
        yield (*path, key)
        yield from places(value, (*path, key))


def holder(body: Any, path: tuple[Any, ...]) -> Any:
    """Find what holds the value at a place."""
    for key in path[:-1]:
        body = body[key]
    return body


WHOLE = plain(whole())
PLACES = [*places(WHOLE)]
STRANGE: tuple[Any, ...] = (
    None,
    True,
    5,
    5.5,
    "3",
    "",
    [],
    {},
    [{}],
    {"x": 1},
    -1,
    10**30,
)


def survives(text: str) -> bool:
    """Tell whether a text is read; if it is, it must be the table it was."""
    try:
        found = Table.from_json(text)
    except (StoredFormatError, TableError):
        return False
    assert found == whole()
    return True


@pytest.mark.parametrize("path", PLACES, ids=str)
def test_no_key_is_missed_in_silence(path: tuple[Any, ...]) -> None:
    """A key or member that is gone is told, or makes no difference."""
    body = json.loads(json.dumps(WHOLE))
    del holder(body, path)[path[-1]]

    told = not survives(json.dumps(body))
    assert told or path[-1] in {"hash", "rounding", "kind"}


@settings(max_examples=300)
@given(
    path=st.sampled_from(PLACES), value=st.sampled_from(STRANGE), stamped=st.booleans()
)
def test_no_value_is_bent(*, path: tuple[Any, ...], value: Any, stamped: bool) -> None:
    """A value of another type is refused; without a hash too, it is never a crash."""
    body = json.loads(json.dumps(WHOLE))
    holder(body, path)[path[-1]] = value
    if stamped:
        survives(json.dumps(body))
        return
    body.pop("hash", None)
    try:
        read(body)
    except InvalidValueError as error:
        assert isinstance(error, StoredFormatError)  # noqa: PT017
    except TableError:
        pass


@settings(max_examples=300)
@given(st.data())
def test_no_byte_is_bent(data: st.DataObject) -> None:
    """Any byte of a stored table may be hit: it is refused, or nothing changed."""
    raw = bytearray(whole().to_json().encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255))
    try:
        found = Table.from_json(bytes(raw))
    except (StoredFormatError, TableError):
        return
    assert found == whole()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("version", 2, r"version: schema version 2 is not 1"),
        ("version", True, r"version: expected a whole number, got True"),
        ("format", "recovery_core/case", r"format: expected 'recovery_core/table'"),
        ("hash", "0" * 16, r"hash: '0+' is not the hash .* edited or damaged; leave"),
        ("name", " ", r"name: expected a text, got ' '"),
        ("more", 1, r"the stored table: unknown: 'more' \(known: 'columns'"),
        ("hit", "any", r"hit: expected a hit policy, one of unique, first, sum, max"),
        ("is_statutory", "yes", r"is_statutory: expected true or false"),
        ("rules", {}, r"rules: expected a list"),
        ("rules.1.when.arrival_delay.0.in.0", "3", r"rules\[1\]\.when\.arrival_delay\[0\]\.in\[0\]: expected a whole"),
        ("rules.1.when.arrival_delay.1.at_least", 5.5, r"arrival_delay\[1\]\.at_least: expected a whole number, got 5.5"),
        ("rules.1.when.arrival_delay.1.at_least", 99999, r"at_least: column 'arrival_delay' cannot be 99999"),
        ("rules.0.when.arrival_delay.at_least", 70, r"arrival_delay: at_least is above at_most"),
        ("rules.0.when.arrival_delay", {}, r"arrival_delay: say at_least"),
        ("rules.0.when.arrival_delay", {"in": [1], "missing": True}, r"say at_least"),
        ("rules.0.when.arrival_delay", [], r"arrival_delay: no value of"),
        ("rules.0.when.arrival_delay", {"missing": True}, r"'arrival_delay' is never missing"),
        ("exclusions.0.when.told", {"at_least": True}, r"told: the values of 'told' have no order: say in"),
        ("exclusions.0.when.told", {"in": [1]}, r"told\.in\[0\]: expected true or false"),
        ("rules.2.when.cause", {"at_least": "crew"}, r"cause: the values of 'cause' have no order"),
        ("rules.0.when.nothing here", {"in": [1]}, r"when\['nothing here'\]: no such column \(known: told, cause"),
        ("rules.1.when.bought.at_least", "20240229", r"at_least: '20240229' is no day"),
        ("rules.1.when.bought.at_least", "soon", r"at_least: 'soon' is no day"),
        ("rules.0.because", 1, r"rules\[0\]\.because: expected a text, got 1"),
        ("rules.0.amends.0.remedy.basis_points", 0, r"remedy: a discount cannot have 0"),
        ("rules.0.amends.0", {"gift": 1}, r"amends\[0\]: expected an object with one of pay, remedy"),
        ("rules.0.amends.0.remedy.kind", "gold", r"kind: expected a kind of remedy"),
        ("rules.0.amends.2.remedy.value", "EUR 5,00", r"value: "),
        ("rules.1.amends.0.pay.kind", "care", r"pay: kind cannot be"),
        ("rules.0.alternatives.1.pay.amount.percent_of.is", "1e5", r"percent_of\.is: '1e5' is not exact"),
        ("rules.0.alternatives.1.pay.amount.percent_of.rounding", "up!", r"rounding: expected a way to round"),
        ("rules.0.alternatives.0.pay.amount", {"fixed": "EUR -1.00"}, r"fixed: Fixed.money cannot be"),
        ("rules.0.alternatives.0.pay.amount.column", "told", r"column: .*is no column of money"),
        ("rules.0.alternatives.0.pay.amount.column", "fair", r"column: expected a column, one of"),
        ("rules.1.amends.2.pay.amount.beyond.0.scaled.nearest", "GBP 0.05", r"nearest: GBP 0.05 is no multiple for EUR"),
        ("rules.1.amends.2.pay.amount.beyond.0.scaled.by", {"x": 1}, r"by: expected an object with one of started, completed"),
        ("rules.1.amends.3.pay.amount.scaled.by.started.every", 0, r"started: Periods.length cannot be 0"),
        ("columns.fare.holds", "cash", r"columns\.fare\.holds: expected a sort of column"),
        ("columns.fare", {}, r"columns\.fare: missing: 'holds'"),
        ("columns.fare.least", "GBP 0.00", r"columns\.fare: "),
        ("columns.told.least", 0, r"columns\.told: unknown: 'least'"),
        ("columns.told.by", "f", r"columns\.told: missing: 'computed_from'"),
        ("columns.told.computed_from", ["fare"], r"columns\.told: missing: 'by'"),
        ("columns.idle", {"holds": "flag"}, r"columns\.idle: no rule reads it: leave it out"),
        ("columns.told.is_optional", 1, r"is_optional: expected true or false"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_place(path: str, value: Any, message: str) -> None:
    """Whoever edits a file by hand is told where and what."""
    body = json.loads(json.dumps(WHOLE))
    steps = [int(key) if key.isdigit() else key for key in path.split(".")]
    holder(body, tuple(steps))[steps[-1]] = value

    with pytest.raises(StoredFormatError, match=message):
        read(body)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not readable as JSON"),
        ("[]", "the stored table: expected an object, got a list of 0"),
        ('{"name": "a", "name": "b"}', "'name' twice"),
        ("{}", "the stored table: missing: 'columns', 'format', 'name'"),
    ],
)
def test_what_is_no_table_is_refused(text: str, message: str) -> None:
    """What is read is all of a table, or nothing."""
    with pytest.raises(StoredFormatError, match=message):
        Table.from_json(text)


def test_a_formula_nested_without_end_is_refused() -> None:
    """A forged file does not bring the process down."""
    body = plain(whole())
    deep = '{"lesser":[' * 400 + '{"column":"fare"}' + "]}" * 400
    body["rules"][0]["alternatives"][0]["pay"]["amount"] = "DEEP"
    with pytest.raises(StoredFormatError, match=r"nested too deep|not readable"):
        Table.from_json(json.dumps(body).replace('"DEEP"', deep))


def test_rules_that_leave_a_gap_say_so_when_they_are_read() -> None:
    """A file is checked as if it were written in Python, with a witness."""
    body = plain(whole())
    del body["otherwise"], body["hash"]
    with pytest.raises(GapError):
        read(body)
