"""Whatever class a text is of, a table is built of its characters and nothing else."""

from __future__ import annotations

import enum
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recovery_core as rc
from recovery_core import Money, Reason, Remedy, RemedyKind
from recovery_core._domain import checks
from recovery_core.errors import InvalidValueError
from recovery_core.policy import only_if
from recovery_core.tables import (
    Rule,
    Table,
    column,
    decide,
    diff,
    half_of,
    pay,
    per_started,
    policy_reading,
    prove,
    sheet,
)

Wrap = Callable[[str], Any]


class Hostile(str):
    """A text that runs wherever somebody asks it instead of reading it."""

    __slots__ = ()


def _run(*_: object, **__: object) -> Any:
    raise AssertionError("text of a caller was run")


for _name in (
    *("__repr__", "__str__", "__eq__", "__ne__", "__hash__", "__format__", "__len__"),
    *("__bool__", "__contains__", "__getitem__", "__iter__", "__add__", "__lt__"),
    *("strip", "isspace", "lower", "casefold", "upper", "encode", "join", "format"),
    *("split", "isidentifier", "startswith", "endswith", "replace", "__reduce_ex__"),
):
    setattr(Hostile, _name, _run)


def member(text: str) -> enum.StrEnum:
    """Make a member of an Enum whose value is the text."""
    kind = enum.StrEnum("kind", {"MEMBER": text})
    return next(iter(kind))


CLASSES: Final[dict[str, Wrap]] = {
    "StrEnum": member,
    "numpy": np.str_,
    "hostile": Hostile,
}
KINDS: Final = st.sampled_from(sorted(CLASSES))
# What would end a literal, begin one, or be a name of the generated function.
TEXTS: Final = st.text(min_size=1, max_size=12).filter(str.strip) | st.sampled_from(
    ["row", "v0", "k0", "decide", "'", '"""', "\\", "x'] or [1", "{0}", "\n", "é\0"]
).filter(str.strip)


@st.composite
def names(draw: st.DrawFn) -> list[str]:
    """Draw texts for all that a table calls by one."""
    return draw(st.lists(TEXTS, min_size=16, max_size=16, unique=True))


def a_table(texts: list[str], wrap: Wrap) -> Table:
    """Build a table of these texts, each in a class of its own."""
    (
        name,
        half,
        full,
        thing,
        away,
        last,
        late_,
        fare_,
        tier_,
        gold,
        iron,
        away_,
        *_,
    ) = (wrap(text) for text in texts)
    source, because, what, unit = (wrap(text) for text in texts[12:])
    late = column.integer(late_, 0, 600, unit=unit)
    fare = column.money(fare_, wrap("EUR"))
    tier = column.choices(tier_, gold, iron)
    gone = column.flag(away_)
    return Table(
        name,
        [
            Rule(half, when=(tier == gold) & (late >= 30), amends=half_of(fare)),
            Rule(
                full,
                when=(tier != gold) & (late >= 60),
                amends=pay(fare, what=what, discretion=per_started(fare, 60, late)),
                because=because,
            ),
            Rule(
                thing,
                when=tier.isin(iron, gold) & late.between(10, 30),
                amends=Remedy(RemedyKind.CARE, what=what),
            ),
        ],
        exclusions=[Rule(away, when=gone)],
        otherwise=Rule(last, because=because),
        source=source,
        hit=wrap("first"),
    )


@given(names(), KINDS)
def test_a_table_is_built_of_characters(texts: list[str], kind: str) -> None:
    """Compiled, decided, stored, told and hashed as if every text were a plain str."""
    plain, table = a_table(texts, str), a_table(texts, CLASSES[kind])
    assert table == plain
    assert table.hash == plain.hash
    assert table.to_json() == plain.to_json()
    assert Table.from_json(table.to_json()) == plain
    assert repr(table) == repr(plain)
    assert str(sheet(table)) == str(sheet(plain))
    assert diff(plain, table).is_empty
    late, fare, tier, gone = texts[6], texts[7], texts[8], texts[11]
    rows = [
        {late: minutes, fare: 4201, tier: choice, gone: away}
        for minutes in (0, 10, 29, 30, 59, 60, 600)
        for choice in texts[9:11]
        for away in (False, True)
    ]
    for row in rows:
        assert table.compiled(row) == plain.compiled(row)
        assert table.decision(row) == plain.decision(row)
        assert str(table.explain(row)) == str(plain.explain(row))
    data = {name: [row[name] for row in rows] for name in rows[0]}
    decided, expected = decide(table, data, verify=len(rows)), decide(plain, data)
    assert decided.outcomes == expected.outcomes
    assert decided.codes().tolist() == [plain.compiled(row)[0] for row in rows]
    assert decided.minor.tolist() == [plain.compiled(row)[1] for row in rows]


@given(names(), KINDS)
def test_values_of_any_class_are_decided_alike(texts: list[str], kind: str) -> None:
    """A choice in a row or on a claim is what its characters say."""
    table, wrap = a_table(texts, str), CLASSES[kind]
    late, fare, tier, gone = texts[6], texts[7], texts[8], texts[11]
    row: dict[str, Any] = {}
    for choice in texts[9:11]:
        row = {late: 90, fare: Money("42.00", "EUR"), tier: choice, gone: False}
        same = {**row, tier: wrap(choice)}
        assert table.decision(same) == table.decision(row)
    with pytest.raises(InvalidValueError, match="cannot be"):
        table.decision({**row, tier: wrap(texts[0] + "?")})


def classes() -> Iterator[type[Any]]:
    """Walk the classes of policies, tables and schedules, and what they give."""
    yield from (Reason, Remedy)
    for room in ("policy", "schedules", "tables"):
        package = importlib.import_module(f"recovery_core.{room}")
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        for each in (info.name for info in found):
            for value in vars(importlib.import_module(each)).values():
                if (
                    isinstance(value, type)
                    and attrs.has(value)
                    and value.__module__ == each
                ):
                    yield value


def test_every_text_of_a_policy_is_reduced() -> None:
    """Where a field is checked to be a text, it has been made a plain one before."""
    reducers = {
        checks.text: checks.plain_text,
        checks.maybe_text: checks.maybe_plain_text,
    }
    met = 0
    for kind in set(classes()):
        for field in attrs.fields(kind):
            if field.validator in reducers:
                met += 1
                assert field.converter is reducers[field.validator], (kind, field.name)
    assert met >= 20


class Liar:
    """No text, whatever it says of itself."""

    __class__ = str  # type: ignore[assignment]


WRONG: Final[list[Any]] = ["", " ", Hostile(""), Hostile(" "), 7, None, Liar()]


@pytest.mark.parametrize("place", range(len(WRONG)))
def test_what_is_no_text_is_refused(place: int) -> None:
    """Whatever class it is of, and whatever it says of itself."""
    wrong = WRONG[place]
    builds: list[Wrap] = [Rule, column.flag, lambda text: Reason("code", text)]
    for build in builds:
        with pytest.raises((InvalidValueError, TypeError)):
            build(wrong)
    with pytest.raises(InvalidValueError):
        column.choices("tier", wrong)


def test_policies_of_functions_are_named_by_characters() -> None:
    """What decorators and combinators are told in words is reduced as well."""
    late = column.minutes("late")
    policy = policy_reading(late, name=Hostile("mine"))(lambda _: Rule(Hostile("r")))
    assert type(policy.name) is str
    claim = rc.Claim(
        rc.ServiceFailure("late", facts={"late": 1}), datetime(2026, 5, 1, tzinfo=UTC)
    )
    only = only_if(lambda _: False, policy, because=Hostile("why"))
    assert [reason.text for reason in only(claim).because] == ["why"]
    assert policy(claim).because[0].code == "r"


@pytest.mark.parametrize("name", ["\x000", "0", "\0", "\x001"])
def test_no_name_is_taken_for_a_figure(name: str) -> None:
    """Arrays pay the column itself, whatever the figures of formulas are called."""
    fare = column.money(name, "EUR", most=Money("100.00", "EUR"))
    late = column.minutes("late")
    rules = [
        Rule("full", when=late >= 60, amends=fare),
        Rule("also", when=late.between(30, 60), amends=fare),
    ]
    for more in (
        [],
        [Rule("half", when=late.between(10, 30), amends=half_of(fare))],
        [Rule("some", when=late.between(10, 30), amends=Money("1.00", "EUR"))],
    ):
        table = Table("T", [*rules, *more], otherwise="on time")
        data = {name: [4200, 4201, 4202, 4203], "late": [90, 45, 20, 0]}
        decided = decide(table, data, verify=4)
        rows = [{k: v[place] for k, v in data.items()} for place in range(4)]
        assert decided.minor.tolist() == [table.compiled(row)[1] for row in rows]


def of_km(kilometres: int) -> str:
    """Tell near from far."""
    return "far" if kilometres > 100 else "near"


def of_more_km(kilometres: int) -> str:
    """Tell near from far otherwise."""
    return "far" if kilometres > 200 else "near"


@pytest.mark.parametrize("name", ["band\n", "band'", "band''", "other"])
def test_no_name_is_taken_for_a_column_of_the_new_table(name: str) -> None:
    """What two tables compute otherwise is told apart from what is called alike."""
    km, other = column.integer("km", 0, 1000), column.integer(name, 0, 9)

    def table(function: Callable[[int], str]) -> Table:
        band = column.choices("band", "near", "far").computed_from(km)(function)
        when = (band == "far") & (other >= 5)
        return Table(
            "T", [Rule("r", when=when, amends=Money("1.00", "EUR"))], otherwise="-"
        )

    old, new = table(of_km), table(of_more_km)
    (region,) = diff(old, new).regions
    assert (region.old, region.new) == ("r", "otherwise")
    assert dict(region.witness) == {"km": 101, name: 5}
    assert old.decision(region.witness).rule == "r"
    assert new.decision(region.witness).rule == "otherwise"


def test_no_name_is_taken_for_another_in_a_proof() -> None:
    """Names that only differ behind a NUL, and those of the same on two claims."""
    pytest.importorskip("z3")
    one, other = column.minutes("x\0a"), column.minutes("x\0b")
    table = Table(
        "T",
        [Rule("r", when=(one >= 60) & (other < 60), amends=Money("1.00", "EUR"))],
        otherwise="-",
    )
    assert prove.rises_with(table, one).holds is True
    assert prove.rises_with(table, other).holds is False
    assert prove.never_above(table, Money("0.99", "EUR")).holds is False
