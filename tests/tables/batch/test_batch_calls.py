"""How often Python was asked is told, whichever way claims are decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recovery_core import Award, Claim, Money, Remedy, RemedyKind
from recovery_core.policy import CompensationPolicy, capped, sum_of
from recovery_core.tables import (
    Column,
    Rule,
    Table,
    backtest,
    bands,
    column,
    decide,
    decide_chunks,
    half_of,
    policy_reading,
)
from recovery_core.tables.batch import Route
from recovery_core.tables.batch.collecting import CollectingPlan
from recovery_core.tables.batch.composed import ComposedPlan
from recovery_core.tables.batch.distinct import DistinctPlan
from recovery_core.tables.batch.grid import TablePlan
from recovery_core.tables.batch.routes import choose_plan
from recovery_core.tables.batch.rows import RowsPlan
from recovery_core.tables.batch.run import decide_by_plan

KM = column.integer("km", 0, 3_000_000)
STAY = column.minutes("stay").optional()
FARE = column.money("fare", "EUR")
EUR = Money("1.00", "EUR")
FEW = np.tile([0, 100, 1501, 2000], 25)
DATA: dict[str, Any] = {
    "km": FEW,
    "stay": [*range(50)] * 2,
    "fare": [1000] * 100,
    **{f"f{n}": np.arange(100) % (n + 2) == 0 for n in range(20)},
}

Made = tuple[CompensationPolicy, list[object]]


def band_of(asked: list[object], *, vector: Any = None, wide: bool = False) -> Column:
    """Make a column that notes what it is asked."""
    inputs = (KM, STAY) if wide else (KM,)

    @column.choices("band", "short", "long").computed_from(*inputs, vector=vector)
    def band(km: int, stay: int | None = None) -> str:
        asked.append((km, stay))
        return "long" if km > 1500 else "short"

    return band


def by_band(name: str, band: Column, **more: Any) -> Table:
    """Make a table on a column that is computed."""
    rules = [
        Rule("short", when=band == "short", amends=half_of(FARE)),
        Rule("long", when=band == "long", amends=FARE),
    ]
    return Table(name, rules=rules, **more)


def as_table() -> Made:
    """Look a table up, once for each distance."""
    asked: list[object] = []
    return by_band("grid", band_of(asked)), asked


def as_wide_table() -> Made:
    """Compute from more combinations than there is room to note."""
    asked: list[object] = []
    return by_band("sparse", band_of(asked, wide=True)), asked


def as_sums() -> Made:
    """Add up so many rules that not all outcomes can be listed."""
    asked: list[object] = []
    band = band_of(asked)
    flags = [Rule(f"f{n}", when=column.flag(f"f{n}"), amends=EUR) for n in range(20)]
    rules = [Rule("long", when=band == "long", amends=FARE), *flags]
    return Table("sums", hit="sum", rules=rules, otherwise="none"), asked


def as_composition() -> Made:
    """Combine tables by arithmetic."""
    asked: list[object] = []
    table = by_band("table", band_of(asked))
    flat = Table("flat", rules=[], otherwise=Rule("all", amends=EUR))
    return capped(sum_of(table, flat), at=Money("7.00", "EUR")), asked


def as_declared() -> Made:
    """Ask a function that says what it reads, of a column that is computed, too."""
    asked: list[object] = []

    @policy_reading(bands(STAY, 10), band_of(asked))
    def declared(read: Any) -> Rule:
        asked.append(None)
        is_long = read["band"] == "long"
        return Rule("long" if is_long else "short", amends=FARE if is_long else EUR)

    return declared, asked


def as_plain() -> Made:
    """Ask a function claim by claim."""
    asked: list[object] = []

    def plain(claim: Claim) -> Award:
        asked.append(None)
        return Award(amends=(Remedy(RemedyKind.CASH, EUR),))

    return plain, asked


@pytest.mark.parametrize(
    ("make", "kind", "route", "calls"),
    [
        (as_table, TablePlan, Route.COMPUTED, 4),
        (as_wide_table, TablePlan, Route.COMPUTED, 100),
        (as_sums, CollectingPlan, Route.COMPUTED, 4),
        (as_composition, ComposedPlan, Route.COMPUTED, 4),
        (as_declared, DistinctPlan, Route.DISTINCT, 4 + 4),
        (as_plain, RowsPlan, Route.ROWS, 100),
    ],
)
@pytest.mark.parametrize("chunk", [7, 1000])
def test_calls_of_python_are_counted(
    make: Callable[[], Made], kind: type, route: Route, calls: int, chunk: int
) -> None:
    """Each as often as the function itself counts, and named by the route."""
    policy, asked = make()
    assert isinstance(choose_plan(policy, [KM]), kind)
    reads = [KM] if route is Route.ROWS else None
    asked.clear()
    found = decide(policy, DATA, reads=reads, chunk=chunk)
    assert (found.route, found.calls, len(asked)) == (route, calls, calls)
    assert f"route {route} ({calls} Python calls), 0 verified" in repr(found)
    checked = decide(policy, DATA, reads=reads, verify=5)
    assert (checked.calls, checked.verified) == (calls, 5)
    none = decide(policy, {name: [] for name in DATA}, reads=reads)
    assert none.calls == 0


def test_tables_without_python_say_so() -> None:
    """Their routes have the names they had, and no call is made."""
    plain = Table("t", rules=[Rule("far", when=KM > 1500, amends=FARE)], otherwise="no")
    twin = by_band("twin", band_of([], vector=lambda km: (km > 1500) * 1))
    for policy, route in (
        (plain, "grid"),
        (twin, "grid"),
        (capped(twin, at=EUR), "composed"),
    ):
        found = decide(policy, DATA, verify=3)
        assert (found.route, found.calls) == (route, 0)
        assert f"route {route}, 3 verified" in repr(found)
    assert decide_by_plan(TablePlan(twin, most_cells=0), DATA).route == "masks"
    band = by_band("band", band_of([]))
    assert decide_by_plan(TablePlan(band, most_cells=0), DATA).route == "computed"


def test_what_was_computed_before_is_not_asked_again() -> None:
    """In the parts of a stream, and by versions that are tried together."""
    policy, asked = as_table()
    parts = [*decide_chunks(policy, [DATA, DATA, {**DATA, "km": FEW + 1}])]
    assert [part.calls for part in parts] == [4, 0, 4]
    asked.clear()
    other = by_band("other", policy.columns[0])  # type: ignore[attr-defined]
    tried = backtest(policy, other, data=[DATA, DATA], verify=2)
    assert tried.calls == 4
    assert tried.to_dict()["calls"] == 4
    assert tried.title == "200 claims (4 Python calls), 4 verified"
    assert {version.route for version in tried.versions} == {"computed"}
    assert backtest(policy, data={**DATA, "km": [7] * 100}).calls == 1
