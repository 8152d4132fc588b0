"""What changed between two tables: what they say, and what they decide."""

import json
import sys

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import Money
from recovery_core._domain.money import Rounding
from recovery_core.errors import InvalidValueError
from recovery_core.tables import (
    Amount,
    Column,
    Rule,
    Table,
    column,
    diff,
    greatest_of,
    half_of,
    indexed,
    least_of,
    per_started,
    percent_of,
)
from recovery_core.tables.conditions import When
from recovery_core.tables.differences import witness_search
from recovery_core.tables.differences.diff import Diff
from recovery_core.tables.differences.witness_search import NOT_FOUND, PROVED_EQUAL
from tests.support.tables import rows, tables

LATE = column.minutes("late", most=1000)
FARE = column.money("fare", "EUR")
TIER = column.choices("tier", "silver", "gold").optional()
TOLD = column.flag("told")
KM = column.integer("km", 0, 9000, unit="km")


def euros(amount: str) -> Money:
    """Give euros."""
    return Money(amount, "EUR")


def one(when: When, amends: object = FARE, name: str = "t") -> Table:
    """Make a table with one rule."""
    return Table(name, [Rule("r", when=when, amends=amends)], otherwise="no")  # type: ignore[arg-type]


OLD = Table(
    "Delay Repay 30",
    [
        Rule("half", when=LATE.between(30, 60), amends=percent_of(FARE, 50)),
        Rule("full", when=LATE >= 60, amends=FARE, because="an hour"),
    ],
    otherwise="less than 30 minutes late",
)
NEW = Table(
    "Delay Repay 15",
    [
        Rule("full", when=LATE > 60, amends=least_of(FARE, euros("100.00"))),
        Rule("half", when=LATE.between(30, 61), amends=percent_of(FARE, 50)),
        Rule("quarter", when=LATE.between(15, 30), amends=percent_of(FARE, 25)),
    ],
    otherwise="less than 15 minutes late",
    hit="first",
    source="the newer page",
    is_statutory=True,
)


def told(found: Diff) -> list[str]:
    """List the changes as text."""
    return [str(change) for change in found.changes]


def test_a_table_does_not_differ_from_itself() -> None:
    """Nothing written, nothing decided otherwise."""
    found = diff(OLD, attrs.evolve(OLD))

    assert found.is_empty
    assert found.verdict == "They decide alike."
    assert str(found).endswith("They decide alike.")
    assert found.to_markdown().endswith("\n\nThey decide alike.\n")


def test_two_versions_are_told_apart() -> None:
    """What is written otherwise, and every move from rule to rule with a claim."""
    found = diff(OLD, NEW)

    assert told(found) == [
        "table: name: Delay Repay 30 -> Delay Repay 15",
        "table: hit policy: unique -> first",
        "table: source: none -> the newer page",
        "table: by law: no -> yes",
        "rule half: condition: 30 min <= late <= 59 min -> 30 min <= late <= 60 min",
        "rule full: moved: after half -> first",
        "rule full: condition: late >= 60 min -> late >= 61 min",
        "rule full: gives: cash fare -> cash the lesser of fare and EUR 100.00",
        "rule full: reason: an hour -> none",
        "otherwise: reason: less than 30 minutes late -> less than 15 minutes late",
        ("rule quarter: added: 15 min <= late <= 29 min: cash 25 % of fare (half up)"),
    ]
    assert [str(region) for region in found.regions] == [
        "otherwise -> quarter: nothing -> EUR 0.25, for example late=15, fare=EUR 1.00",
        "full -> half: EUR 1.00 -> EUR 0.50, for example late=60, fare=EUR 1.00",
        "full -> full: EUR 101.00 -> EUR 100.00, for example late=61, fare=EUR 101.00",
    ]
    assert found.verdict == "They decide differently in 3 ways."
    assert not found.is_empty


def test_it_goes_both_ways() -> None:
    """What is added one way is removed the other, and every region turns round."""
    there, back = diff(OLD, NEW), diff(NEW, OLD)

    assert {(r.old, r.new) for r in there.regions} == {
        (r.new, r.old) for r in back.regions
    }
    assert "rule quarter: removed" in str(back)


def test_it_becomes_markdown_and_json() -> None:
    """A review reads it, and a program."""
    found = diff(OLD, NEW)
    body = json.loads(json.dumps(found.to_dict()))

    assert body["regions"][1]["witness"] == {"late": 60, "fare": "EUR 1.00"}
    assert body["regions"][1]["old_pays"] == "EUR 1.00"
    assert body["regions"][0]["old_pays"] is None
    assert body["changes"][0]["how"] == "name"
    text = found.to_markdown()
    assert "| full | half | EUR 1.00 | EUR 0.50 | late=60, fare=EUR 1.00 |  |" in text
    assert "| otherwise | quarter | nothing | EUR 0.25 |" in text
    assert "They decide alike." in diff(OLD, attrs.evolve(OLD, name="x")).to_markdown()


def test_a_rule_under_another_name_gives_the_same() -> None:
    """A claim that another rule decides is told, even where nothing else changes."""
    new = attrs.evolve(OLD, rules=[OLD.rules[0], attrs.evolve(OLD.rules[1], code="f")])
    (region,) = diff(OLD, new).regions

    assert (region.old, region.new, region.note) == ("full", "f", "the same is given")


def test_a_rule_may_become_an_exclusion() -> None:
    """The part of the table it stands in is told."""
    rule = Rule("told", when=TOLD)
    rest = Rule("late", when=~TOLD, amends=FARE)
    old, new = Table("t", [rule, rest]), Table("t", [rest], exclusions=[rule])
    found = diff(old, new)

    assert told(found) == ["exclusion told: became: rule -> exclusion"]
    assert found.regions == ()
    assert not found.is_empty


def test_formulas_that_differ_only_on_paper_are_told() -> None:
    """Where no claim shows a difference, that is said, and whether it is proved."""
    new = one(LATE >= 60, least_of(FARE, euros("10000000.00")))
    found = diff(one(LATE >= 60), new)
    (region,) = found.regions

    assert region.old_pays == region.new_pays
    assert region.note == PROVED_EQUAL
    assert region.is_alike
    assert found.verdict == "They decide alike."
    assert region.new_gives == "cash the lesser of fare and EUR 10000000.00"
    assert region.note in str(region)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (percent_of(FARE, 50), percent_of(FARE, 51)),
        (FARE, least_of(FARE, euros("9000.00"))),
        (
            per_started(euros("5.00"), 30, LATE, after=30),
            per_started(euros("5.00"), 30, LATE, after=31),
        ),
        (
            indexed(euros("5.00"), column.integer("index", 900, 910), 900),
            indexed(euros("5.00"), column.integer("index", 900, 910), 901),
        ),
    ],
    ids=["rate", "cap", "grace", "index"],
)
def test_a_claim_that_is_paid_otherwise_is_found(old: object, new: object) -> None:
    """A formula that changed is shown where it matters."""
    (region,) = diff(one(LATE >= 60, old), one(LATE >= 60, new)).regions

    assert region.old_pays != region.new_pays


def test_what_only_one_table_reads_is_said() -> None:
    """A column that one of them ignores splits what the other decides."""
    found = diff(one(LATE >= 60), one((LATE >= 60) & TOLD))

    assert found.notes == ("told is read by the new table alone",)
    assert [str(r) for r in found.regions] == [
        (
            "r -> otherwise: EUR 1.00 -> nothing, "
            "for example late=60, fare=EUR 1.00, told=no"
        )
    ]
    back = diff(one((LATE >= 60) & TOLD), one(LATE >= 60))
    assert back.notes == ("told is read by the old table alone",)
    assert "column told: removed: yes or no" in str(back)


def test_missing_values_are_compared() -> None:
    """A claim without a value is a claim."""
    old, new = one(TIER == "gold"), one((TIER == "gold") | TIER.is_missing)
    (region,) = diff(old, new).regions

    assert region.witness == {"tier": None, "fare": euros("1.00")}
    assert "tier=missing" in str(region)
    assert diff(old, new).to_dict()["regions"][0]["witness"]["tier"] is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LATE, column.minutes("late", least=-10, most=500)),
        (LATE, LATE.optional()),
        (LATE.optional(), LATE),
    ],
    ids=["bounds", "may be missing", "must be there"],
)
def test_columns_that_hold_other_values_are_compared_where_both_do(
    old: Column, new: Column
) -> None:
    """A wider domain is told; what both can hold is compared."""
    found = diff(one(old >= 60), one(new >= 90))

    assert found.changes[0].how == "holds"
    assert found.notes == ("compared where late is of a value that fits both tables",)
    assert found.regions[0].witness["late"] == 60


def test_choices_are_compared_by_name() -> None:
    """The place of a name in its list does not matter."""
    new = column.choices("tier", "black", "gold", "silver").optional()
    assert diff(one(TIER == "gold"), one(new == "gold")).regions == ()
    assert len(diff(one(TIER == "gold"), one(new == "silver")).regions) == 2


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (column.integer("late", 0, 9, unit="h"), "late counts min, and then h"),
        (column.integer("late", 0, 99), "late counts min, and then ones"),
        (column.flag("late"), "late holds a whole number"),
        (column.money("late", "EUR"), "late holds a whole number"),
        (column.minutes("late", least=2000, most=3000), "no value of late fits both"),
    ],
)
def test_what_cannot_be_compared_is_said(other: Column, why: str) -> None:
    """No region is made up where one value means two things."""
    when = other >= other.fact(other.domain.most)  # type: ignore[operator]
    found = diff(one(LATE >= 60), one(when))

    assert found.regions == ()
    assert found.notes[0].startswith(f"not comparable: {why}")
    assert found.verdict == "They were not compared."
    assert not found.is_empty


def test_another_currency_is_not_compared() -> None:
    """No rate of exchange is made up."""
    pounds = column.money("fare", "GBP")
    found = diff(one(LATE >= 60), one(LATE >= 60, pounds))

    assert found.notes[0] == "not comparable: fare counts EUR, and then GBP"
    assert "table: currency: EUR -> GBP" in told(found)


def banded(limit: int) -> Column:
    """Make a column computed from the distance."""

    @column.choices("band", "short", "long").computed_from(KM)
    def band(km: int) -> str:
        return "short" if km <= limit else "long"

    return band


def test_a_computed_column_is_traced_to_a_claim() -> None:
    """The witness holds what can be known, not what is made of it."""
    band = banded(1500)
    found = diff(one(band == "short"), one((band == "short") & (KM >= 3)))

    assert found.regions[0].witness["km"] == 0
    assert "band" not in found.regions[0].witness
    assert found.regions[0].note == ""


def test_a_column_that_becomes_a_computed_one_decides_alike() -> None:
    """What can never be computed so is no difference."""
    assert diff(one(KM <= 1500), one(banded(1500) == "short")).regions == ()
    (region,) = diff(one(KM <= 1500), one(banded(1499) == "short")).regions
    assert region.witness == {"km": 1500, "fare": euros("1.00")}
    assert (region.old, region.new) == ("r", "otherwise")


@pytest.mark.parametrize("source", [(FARE,), (KM, LATE)], ids=["large", "several"])
def test_what_cannot_be_traced_is_said(source: tuple[Column, ...]) -> None:
    """Where not every claim can be looked at, the region stands under reserve."""
    never = column.flag("never").computed_from(*source)(lambda *_: False)
    old = one(source[0] >= source[0].fact(source[0].domain.most))  # type: ignore[operator]
    found = diff(old, one(never.as_when())).regions
    (region,) = (r for r in found if r.new == "r")

    assert region.note == "not traced to a claim: never is computed"
    assert region.witness["never"] is True


def test_without_a_proof_it_is_said_that_none_was_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where z3 is not installed, or columns differ, what was not found may be."""
    old, new = one(LATE >= 60), one(LATE >= 60, least_of(FARE, euros("10000000.00")))
    longer = one(column.minutes("late", most=1001) >= 60, new.rules[0].amends)
    assert {region.note for region in diff(old, longer).regions} == {NOT_FOUND}
    monkeypatch.setitem(sys.modules, "z3", None)
    found = diff(old, new)
    (region,) = found.regions

    assert region.note == NOT_FOUND
    assert not region.is_alike
    assert found.verdict == "They decide differently in 1 way."


def test_the_proof_finds_what_a_search_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A claim that only the proof comes upon is a witness like any other."""
    monkeypatch.setattr(witness_search, "_ROWS_NEAR_BREAKPOINTS", 0)
    new = one(LATE >= 60, percent_of(FARE, 10, rounding=Rounding.DOWN))
    (region,) = diff(one(LATE >= 60, percent_of(FARE, 10)), new).regions

    assert region.witness == {"late": 60, "fare": euros("0.05")}
    assert (region.old_pays, region.new_pays) == (euros("0.01"), euros("0.00"))
    assert region.note == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (percent_of(FARE, 10), percent_of(FARE, 10, rounding=Rounding.DOWN)),
        (half_of(FARE), half_of(FARE, rounding=Rounding.HALF_EVEN)),
        (
            least_of(percent_of(FARE, 10), euros("77.77")),
            least_of(percent_of(FARE, 10, rounding=Rounding.DOWN), euros("77.77")),
        ),
        (
            greatest_of(percent_of(FARE, 10), euros("77.77")),
            greatest_of(percent_of(FARE, 10, rounding=Rounding.DOWN), euros("77.77")),
        ),
        (
            percent_of(per_started(FARE, 30, LATE), 10),
            percent_of(per_started(FARE, 30, LATE), 10, rounding=Rounding.HALF_EVEN),
        ),
    ],
    ids=["down", "half even", "capped", "floored", "periods"],
)
def test_another_rounding_is_shown(
    old: Amount, new: Amount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every remainder is tried around the bends of a formula, without a proof."""
    monkeypatch.setitem(sys.modules, "z3", None)
    (region,) = diff(one(LATE >= 60, old), one(LATE >= 60, new)).regions

    assert region.old_pays != region.new_pays


def test_together_and_the_dearest_are_not_the_same() -> None:
    """The same rules under another hit policy give other things."""
    rules = [
        Rule("a", when=LATE >= 60, amends=euros("10.00")),
        Rule("n", when=LATE >= 30, amends=euros("5.00")),
    ]
    old, new = (Table("t", rules, otherwise="no", hit=hit) for hit in ("sum", "max"))
    (region,) = diff(old, new).regions

    assert str(region) == (
        "a + n -> a or n: EUR 15.00 -> EUR 10.00, for example late=60"
    )
    assert region.new_gives == "cash EUR 10.00 or cash EUR 5.00"


def test_another_function_is_compared_by_what_it_reads() -> None:
    """Two columns of one name that are computed otherwise are two columns."""
    old, new = one(banded(1500) == "short"), one(banded(1200) == "short")
    found = diff(old, new)

    assert told(found) == ["column band: is read or computed by another function"]
    (region,) = found.regions
    assert (region.old, region.new) == ("r", "otherwise")
    assert region.witness["km"] == 1201
    assert "band" not in region.witness
    assert old.decision(region.witness).rule == "r"
    assert new.decision(region.witness).rule == "otherwise"


def test_a_function_that_was_made_again_is_no_difference() -> None:
    """What counts is what a function says, not which object it is."""
    old, new = one(banded(1500) == "short"), one(banded(1500) == "short")

    assert old.hash == new.hash
    assert diff(old, new).is_empty


def test_a_function_that_only_reads_otherwise_decides_alike() -> None:
    """Two ways to write one function are walked through, and come to the same."""
    same = column.choices("band", "short", "long").computed_from(KM)(
        lambda km: "long" if km > 1500 else "short"
    )
    found = diff(one(banded(1500) == "short"), one(same == "short"))

    assert found.verdict == "They decide alike."
    assert found.regions == ()


@pytest.mark.parametrize("limits", [(1500, 1200), (1500, 1500)])
def test_what_is_computed_from_too_much_cannot_be_told(
    limits: tuple[int, int],
) -> None:
    """Never is it said that they decide alike where not all was tried."""

    def table(limit: int, extra: int) -> Table:
        size = column.money("size", "EUR")

        def short(minor: int) -> bool:
            return minor <= limit + extra

        flag = column.flag("short").computed_from(size)(short)
        return one(flag.as_when(), euros("1.00"))

    found = diff(table(limits[0], 0), table(limits[1] - 1, 1))
    assert "cannot tell: short is computed otherwise" in found.notes[0]
    if limits[0] == limits[1]:
        assert found.verdict == "Whether they decide alike, cannot be told."
    else:
        assert found.regions[0].witness["size"] == euros("12.01")


def test_a_column_that_is_read_otherwise_is_told() -> None:
    """What another reader reads cannot be known from the value."""
    found = diff(one(LATE >= 60), one(LATE.read_from(lambda _: 3) >= 60))

    assert found.verdict == "Whether they decide alike, cannot be told."
    assert found.notes == (
        "cannot tell: late is read otherwise; compared as if it read the same",
    )


def test_a_recorded_column_that_becomes_computed_is_both() -> None:
    """The record of before says nothing of what is computed now."""
    recorded = column.choices("band", "short", "long")
    for pair in (
        (one(recorded == "short"), one(banded(9) == "short")),
        (one(banded(9) == "short"), one(recorded == "short")),
    ):
        found = diff(*pair).regions
        assert {(r.old, r.new) for r in found} == {
            ("r", "otherwise"),
            ("otherwise", "r"),
        }
        for region in found:
            assert {"band", "km"} <= set(region.witness)
            assert pair[0].decision(region.witness).rule == region.old
            assert pair[1].decision(region.witness).rule == region.new


@pytest.mark.parametrize("given", [None, "t", OLD.rules])
def test_only_tables_are_compared(given: object) -> None:
    """Anything else is refused by name."""
    with pytest.raises(InvalidValueError, match="is no table"):
        diff(OLD, given)  # type: ignore[arg-type]


@settings(max_examples=60)
@given(st.data(), tables(), tables())
def test_no_difference_is_missed(data: st.DataObject, old: Table, new: Table) -> None:
    """Wherever a claim is decided by another rule, a region tells of that pair."""
    found = diff(old, new)
    pairs = {(region.old, region.new) for region in found.regions}
    given = data.draw(rows(attrs.evolve(old), most=4))
    for row in given:
        more = data.draw(rows(new, most=1))[0]
        both = {**more, **row}
        before, after = old.decision(both).rule, new.decision(both).rule
        if before != after:
            assert (before, after) in pairs


@settings(max_examples=60)
@given(tables(), tables())
def test_every_region_is_real(old: Table, new: Table) -> None:
    """Each witness is a claim that both tables decide just as the region says."""
    for region in diff(old, new).regions:
        if "not traced" in region.note:
            continue
        mine, theirs = old.explain(region.witness), new.explain(region.witness)
        assert (mine.rule, theirs.rule) == (region.old, region.new)
        assert (mine.worth, theirs.worth) == (region.old_pays, region.new_pays)


@settings(max_examples=30)
@given(tables())
def test_equal_tables_never_differ(table: Table) -> None:
    """Not for any table."""
    assert diff(table, table).is_empty


ALTERNATE = column.minutes("alternate", most=5000).optional()


@column.choices("zone", "near", "far").computed_from(KM)
def zone(km: int) -> str:
    """Change once, in a column that is walked."""
    return "near" if km <= 3333 else "far"


@column.flag("odd").computed_from(KM, ALTERNATE, TIER, TOLD)
def odd(km: int, later: int | None, tier: str | None, told: bool) -> bool:  # noqa: FBT001
    """Depend on more than can be walked, of every sort."""
    return km > 40 and later is None and tier == "gold" and told


def rounded(rounding: Rounding) -> Table:
    """Round a tenth of the fare, where much is computed."""
    tenth = percent_of(FARE, 10, rounding=rounding)
    return Table(
        "rounded",
        [
            Rule("near", when=(zone == "near") & odd & (LATE >= 60), amends=tenth),
            Rule("later", when=(ALTERNATE >= 90) & (LATE == 9), amends=FARE),
        ],
        otherwise="no",
    )


def test_a_rounding_is_sought_beside_columns_of_every_sort() -> None:
    """Flags, names and what may be missing are tried; none is denied."""
    found = diff(rounded(Rounding.HALF_UP), rounded(Rounding.DOWN))
    (region,) = found.regions
    assert (region.old, region.new) == ("near", "near")
    assert region.old_pays != region.new_pays or "not proved" in region.note
