"""Published schedules: each is complete, sourced, exported, and passes its cases."""

import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import cache
from importlib import import_module
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from recovery_core import (
    Attribution,
    Award,
    Claim,
    Fact,
    Money,
    Party,
    Remedy,
    RemedyKind,
    ServiceFailure,
    schedules,
)
from recovery_core._domain.hashing import content_hash
from recovery_core.attribution import BlameBlind, Defence, LiabilityRule
from recovery_core.errors import InvalidValueError
from recovery_core.policy import set_off
from recovery_core.schedules import (
    Confidence,
    Schedule,
    WorkedCase,
    catalogue,
)
from recovery_core.tables import Column, Rule, Table, column, percent_of
from recovery_core.tables.amounts import Amount, Periods, Scaled
from recovery_core.tables.batch.run import decide
from recovery_core.tables.domains import Integers
from recovery_core.tables.rule_sets import (
    StepBudget,
    lowest_codes_by_rule_set,
    split_by_conditions,
)

ALL = catalogue()
CASES = [
    pytest.param(schedule, case, id=f"{code}-{place}")
    for code, schedule in ALL.items()
    for place, case in enumerate(schedule.cases)
]
FEWEST_CASES = 5
SCANNED = 60_000  # combinations that a computed column is tried for


def _every(test: Any) -> Any:
    return pytest.mark.parametrize("schedule", ALL.values(), ids=list(ALL))(test)


def _all_of_it(attribution: Attribution) -> Fraction:
    return Fraction(1)


# ------------------------------------------------------------------ completeness


def test_every_schedule_in_the_folder_is_exported_under_its_code() -> None:
    """A file with a schedule that nobody exported would be a schedule nobody finds."""
    names = [module.name for module in pkgutil.iter_modules(schedules.__path__)]
    homes = [import_module(f"{schedules.__name__}.{name}") for name in names]
    found = {
        name: value
        for home in homes
        for name, value in vars(home).items()
        if isinstance(value, Schedule)
    }

    assert found == ALL
    assert all(schedule.code == name for name, schedule in found.items())
    assert set(found) <= set(schedules.__all__)


def test_every_exported_name_opens() -> None:
    """What ``__all__`` lists is there, once, and in order."""
    assert all(hasattr(schedules, name) for name in schedules.__all__)
    assert len(set(schedules.__all__)) == len(schedules.__all__)
    assert list(ALL) == sorted(ALL)


def test_a_name_that_is_not_there_is_refused() -> None:
    """A misspelt schedule is an AttributeError that repeats it."""
    with pytest.raises(AttributeError, match="no attribute 'eu262'"):
        _ = schedules.eu262  # type: ignore[attr-defined]


def test_a_schedule_is_built_when_it_is_first_asked_for() -> None:
    """Importing the wing builds no table, and needs no optional package."""
    code = (
        "import sys, recovery_core.schedules as wing\n"
        "loaded = {n for n in sys.modules if n.startswith(wing.__name__ + '.')}\n"
        "light = ('._page', '._schedule', '._worked_case')\n"
        "light = {wing.__name__ + name for name in light}\n"
        "assert loaded == light, loaded\n"
        "wing.eu261\n"
        "assert wing.__name__ + '._uk261' not in sys.modules\n"
        "assert not {'numpy', 'z3'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@_every
def test_a_schedule_says_where_its_figures_come_from(schedule: Schedule) -> None:
    """Sources, blame and dates are stated; what is not sure is named."""
    assert schedule.sources
    assert schedule.blame.endswith(".")
    assert schedule.uncertain or schedule.confidence is Confidence.HIGH
    days = [day for day, _ in schedule.versions]
    assert days == sorted(set(days))
    assert all(table.source for table in _tables(schedule))


@_every
def test_every_version_has_a_worked_case(schedule: Schedule) -> None:
    """There are enough cases, and no version without one."""
    assert len(schedule.cases) >= FEWEST_CASES
    hit = {id(table) for table, _ in _decided(schedule)} - {id(schedule.besides)}
    assert hit == {id(table) for _, table in schedule.versions}


@_every
def test_every_rule_speaks_in_a_worked_case(schedule: Schedule) -> None:
    """A rule that no case shows is a rule that nobody worked out."""
    told = {
        reason.code
        for case in schedule.cases
        for reason in schedule(schedule.claim(case)).because
    }
    silent = {row.code for table in _tables(schedule) for row in table.rows} - told
    assert silent == set()


@_every
def test_every_sum_of_every_version_is_worked_out(schedule: Schedule) -> None:
    """A figure that no case needs could be any other."""
    told = {
        (table.name, table.hash, table.decision(schedule.claim(case)).rule)
        for table, case in _decided(schedule)
    }
    silent = {
        f"{first}: {row.code}"
        for first, table in schedule.versions
        for row in table.rows
        if row.worth is not None and (table.name, table.hash, row.code) not in told
    }
    assert silent == set()


@_every
def test_every_limit_has_a_case_on_it_or_beside_it(schedule: Schedule) -> None:
    """Where ``>`` and ``>=`` differ, a case says which one it is."""
    rows = [_read(schedule, table, case) for table, case in _decided(schedule)]
    lacking = [
        f"{table.name}: {name} between {below} and {below + 1}"
        for table in _tables(schedule)
        for name, below in limits(table)
        if not {row.get(name) for row in rows} & {below, below + 1}
    ]
    assert lacking == []


@_every
def test_no_claim_is_left_undecided(schedule: Schedule) -> None:
    """Every table was checked when it was built; a walk through it finds no gap."""
    for table in _tables(schedule):
        conditions = [row.when for row in table.rows]
        assert 0 not in lowest_codes_by_rule_set(
            table.tested, conditions, StepBudget(10**6)
        )


@pytest.mark.parametrize(("schedule", "case"), CASES)
def test_a_schedule_passes_its_worked_cases(
    schedule: Schedule, case: WorkedCase
) -> None:
    """Worth and rule are those that were worked out by hand."""
    award = schedule(schedule.claim(case))

    assert award.worth == case.pays
    assert case.rule in [reason.code for reason in award.because]


@_every
def test_both_readers_agree_on_the_worked_cases(schedule: Schedule) -> None:
    """Arrays of claims are decided by the same rules, to the same cent."""
    for _, version in schedule.versions:
        rows = [
            _read(schedule, table, case)
            for table, case in _decided(schedule)
            if table is version
        ]
        made = decide(version, {c.name: _array(c, rows) for c in version.inputs})
        labels = [version.outcomes[place].label for place in made.outcome]
        one_by_one = [version.compiled(row) for row in rows]
        assert [*zip(labels, made.minor.tolist(), strict=True)] == one_by_one


def _array(read: Column, rows: list[Mapping[str, Any]]) -> Any:
    values = [row[read.name] for row in rows]
    missing = [value is None for value in values]
    some = read.of(read.domain.least)
    known = [some if value is None else value for value in values]
    return np.ma.array(known, mask=missing) if any(missing) else np.array(known)


# ------------------------------------------------- where a limit is, by the tables


def _tables(schedule: Schedule) -> list[Table]:
    besides = [] if schedule.besides is None else [schedule.besides]
    return [table for _, table in schedule.versions] + besides


def _decided(schedule: Schedule) -> Iterator[tuple[Table, WorkedCase]]:
    first, _ = schedule.versions[0]
    for case in schedule.cases:
        if case.on < first:
            continue
        yield schedule.table(case.on), case
        if schedule.besides is not None:
            yield schedule.besides, case


def _read(schedule: Schedule, table: Table, case: WorkedCase) -> Mapping[str, Any]:
    return table.row(schedule.claim(case))


@cache
def limits(table: Table) -> list[tuple[str, int]]:
    """Every column with the last number below a limit on it."""
    found: dict[tuple[str, int], None] = {}
    for tested in table.tested:
        if tested.function is not None:
            found |= dict.fromkeys(of_computed(tested))
        elif isinstance(tested.domain, Integers):
            pieces = split_by_conditions(tested, [row.when for row in table.rows])
            ends = [last for (_, last), _ in pieces[:-1]]
            found |= dict.fromkeys(
                (tested.name, end) for end in ends if end < tested.domain.most
            )
    for row in table.rows:
        for amount in row.amounts:
            found |= dict.fromkeys(_of_periods(amount))
    return list(found)


def _of_periods(amount: Amount) -> Iterator[tuple[str, int]]:
    for part in amount.parts:
        yield from _of_periods(part)
    if isinstance(amount, Scaled) and isinstance(amount.by, Periods):
        by = amount.by
        first = by.after if by.is_started else by.after + by.length - 1
        yield by.column.name, first


def of_computed(computed: Column) -> Iterator[tuple[str, int]]:
    """Try every value of each numeric input, and see where the answer changes."""
    spans = [range(c.domain.least, c.domain.most + 1) for c in computed.inputs]
    size = 1
    for span in spans:
        size *= len(span)
    assert size <= SCANNED, f"{computed.name} takes too many combinations to try"
    function: Any = computed.function
    for place, source in enumerate(computed.inputs):
        if not isinstance(source.domain, Integers):
            continue
        others = spans[:place] + spans[place + 1 :]
        for rest in product(*others):
            answers = [
                (code, function(*_plains(computed.inputs, place, code, rest)))
                for code in spans[place]
            ]
            for (low, one), (_, other) in pairwise(answers):
                if one != other:
                    yield source.name, low


def _plains(
    inputs: Iterable[Column], place: int, code: int, rest: tuple[int, ...]
) -> list[Any]:
    codes = [*rest[:place], code, *rest[place:]]
    return [source.of(code) for source, code in zip(inputs, codes, strict=True)]


def test_the_limits_of_eu261_are_all_found() -> None:
    """The search for limits finds what a lawyer would list."""
    found = {limit for table in _tables(ALL["eu261"]) for limit in limits(table)}

    assert {
        ("km", 1500),
        ("km", 3500),
        ("arrival_delay", 119),
        ("arrival_delay", 120),
        ("arrival_delay", 179),
        ("arrival_delay", 180),
        ("arrival_delay", 239),
        ("arrival_delay", 240),
        ("own_delay", 179),
        ("notice_days", 6),
        ("notice_days", 13),
        ("leaves_early", 60),
        ("leaves_early", 120),
        ("departure_delay", 119),
        ("departure_delay", 179),
        ("departure_delay", 239),
        ("departure_delay", 299),
    } == found


# ----------------------------------------------------------------------- as a text


@_every
def test_the_page_of_a_schedule_tells_all_of_it(schedule: Schedule) -> None:
    """Every rule, source, doubt, date and case stands in the Markdown."""
    page = schedule.to_markdown()

    told = [schedule.name, schedule.code, schedule.blame, schedule.jurisdiction]
    told += [*schedule.sources, *schedule.uncertain, str(schedule.confidence)]
    told += [case.text for case in schedule.cases]
    told += [str(day) for day, _ in schedule.versions]
    told += [row.code for table in _tables(schedule) for row in table.rows]
    assert [text for text in told if text not in page] == []


@_every
def test_the_tables_of_a_schedule_can_be_stored(schedule: Schedule) -> None:
    """What is written as JSON is read back as the same table, given its functions."""
    for table in _tables(schedule):
        again = Table.from_json(table.to_json(), functions=schedule.functions)
        assert (again, again.hash) == (table, table.hash)


@pytest.mark.parametrize(
    ("liability", "written"),
    [
        (BlameBlind(), "BlameBlind()"),
        (Defence(is_two_stage=True), "Defence(is_two_stage=True)"),
        (Defence((Party.NATURE, "sea")), "Defence(parties=('nature', 'sea'))"),
        (_all_of_it, "_all_of_it"),
    ],
    ids=["blind", "two-stage", "sea", "function"],
)
def test_a_page_says_how_to_type_the_rule_of_liability(
    liability: LiabilityRule, written: str
) -> None:
    """What goes by default is left out; a plain function goes by its name."""
    page = _a_schedule(liability=liability).to_markdown()
    assert f"Run it with `{written}`." in page


def test_the_documentation_shows_the_catalogue() -> None:
    """The reference has every schedule in full; what is written there is held equal."""
    docs = Path(__file__).parents[2] / "docs"
    page = (docs / "reference" / "schedule-catalogue.md").read_text("utf-8")
    index = (docs / "reference" / "index.md").read_text("utf-8")

    assert all(f"`recovery_core.schedules.{code}`" in page for code in ALL)
    assert "\nschedules\n" in index
    assert "\nschedule-catalogue\n" in index


def test_the_documentation_says_what_to_put_into_every_column() -> None:
    """Who has many claims has no attribution to read from: each such column is told."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "schedules.md"
    rows = [line.split("|") for line in page.read_text("utf-8").splitlines()]
    told = {row[1].strip(" `"): row[2] for row in rows if len(row) > 3}
    read = [
        (column.name, schedule.code)
        for schedule in ALL.values()
        for table in _tables(schedule)
        for column in table.inputs
        if column.reader is not None
    ]
    assert [(name, code) for name, code in read if f"`{code}`" not in told[name]] == []
    assert {name for name, _ in read} | {"failure_day", "already_given"} <= set(told)


@_every
def test_all_versions_decide_many_claims_and_pay_nobody_twice(
    schedule: Schedule,
) -> None:
    """The policy of a schedule is asked about arrays, and agrees with the schedule."""
    begun = schedule.versions[0][0]
    cases = [case for case in schedule.cases if case.on >= begun][-40:]
    rows: list[dict[str, Any]] = []
    for case in cases:
        claim = schedule.claim(case)
        given = sum(sum_.minor for sum_ in claim.already_given.values())
        rows.append({"failure_day": case.on, "already_given": given})
        for table in _tables(schedule):
            rows[-1] |= table.row(claim)
    data = {name: [row[name] for row in rows] for name in rows[0]}

    made = decide(schedule.policy, data)

    assert made.minor.tolist() == [0 if c.pays is None else c.pays.minor for c in cases]


# ------------------------------------------------------------------ the value itself

LATE = column.minutes("late")
FARE = column.money("fare", "EUR")
HALF = Table(
    "half",
    [Rule("late", when=LATE >= 60, amends=percent_of(FARE, 50))],
    otherwise="in time",
    source="a test",
)
FULL = Table(
    "full",
    [Rule("late", when=LATE >= 60, amends=FARE)],
    otherwise="in time",
    source="a test",
)
FIRST, SECOND = date(2020, 1, 1), date(2024, 1, 1)


def _euros(amount: int) -> Money:
    return Money(amount, "EUR")


def _a_schedule(**changes: Any) -> Schedule:
    settings: dict[str, Any] = {
        "code": "test",
        "name": "A test",
        "jurisdiction": "nowhere",
        "blame": "None.",
        "sources": ("a test",),
        "confidence": Confidence.LOW,
        "versions": {SECOND: FULL, FIRST: HALF},
    }
    return Schedule(**settings | changes)


def _a_case(on: date, pays: Money | None = None, **more: Any) -> WorkedCase:
    facts: dict[str, Fact] = {"late": 90, "fare": _euros(80)}
    return WorkedCase("late", facts, pays, "late", on=on, **more)


def test_a_schedule_whose_case_comes_out_otherwise_is_refused() -> None:
    """When it is built, with what was worked out, and what it says: sum and rule."""
    right = _a_case(SECOND, pays=_euros(80))
    assert _a_schedule(cases=(right,)).cases == (right,)
    wrong = _a_case(FIRST, pays=_euros(80))
    with pytest.raises(InvalidValueError) as refused:
        _a_schedule(cases=(right, wrong, attrs.evolve(right, rule="later")))
    assert str(refused.value) == (
        "test does not come out as worked out by hand: 'late' pays EUR 80.00 by 'late',"
        " and the schedule pays EUR 40.00 by 'late' and 'dated'; mend the table or the "
        "case (and 1 more)"
    )
    with pytest.raises(
        InvalidValueError, match="by 'later', and the schedule pays EUR"
    ):
        attrs.evolve(_a_schedule(), cases=(attrs.evolve(right, rule="later"),))
    early = attrs.evolve(right, on=date(2019, 1, 1), pays=None)
    with pytest.raises(
        InvalidValueError, match="schedule pays nothing by 'not-in-force"
    ):
        _a_schedule(cases=(early,))


def test_cases_of_one_s_own_are_checked_when_asked() -> None:
    """What raises is no answer, and what is no case is refused."""
    schedule = _a_schedule()
    schedule.check_cases()
    schedule.check_cases([_a_case(SECOND, pays=_euros(80))])
    with pytest.raises(InvalidValueError, match=r"mend the table or the case$"):
        schedule.check_cases([_a_case(SECOND)])
    unknown = attrs.evolve(_a_case(SECOND), facts={"late": 90})
    with pytest.raises(
        InvalidValueError, match=r"'late', and the schedule raised .*Missing.*'fare'"
    ):
        schedule.check_cases([unknown])
    given: Any = ["late"]
    with pytest.raises(
        InvalidValueError, match="'late' is no worked case: give Worked"
    ):
        schedule.check_cases(given)


@_every
def test_a_schedule_checks_its_cases(schedule: Schedule) -> None:
    """Each with another sum is caught."""
    schedule.check_cases()
    for case in schedule.cases[:3]:
        currency = schedule.table().currency or ""
        more = Money.from_minor(1, currency) + (case.pays or Money.zero(currency))
        with pytest.raises(InvalidValueError, match=schedule.code):
            schedule.check_cases([attrs.evolve(case, pays=more)])


def test_the_day_of_the_failure_picks_the_version() -> None:
    """A version holds from its first day on, until the day before the next."""
    schedule = _a_schedule()
    on = {
        day: schedule(schedule.claim(_a_case(day))).worth
        for day in (FIRST, date(2023, 12, 31), SECOND)
    }

    assert on == {FIRST: _euros(40), date(2023, 12, 31): _euros(40), SECOND: _euros(80)}
    assert schedule.table(FIRST) is HALF
    assert schedule.table(date(2023, 12, 31)) is HALF
    assert schedule.table(SECOND) is FULL
    assert schedule.table() is FULL


def test_nothing_was_owed_before_the_first_version() -> None:
    """A claim from before is answered, with the reason."""
    schedule = _a_schedule()
    award = schedule(schedule.claim(_a_case(date(2019, 12, 31))))

    assert award.is_empty
    assert [reason.code for reason in award.because] == ["not-in-force"]
    with pytest.raises(InvalidValueError, match="the first begins on 2020-01-01"):
        schedule.table(date(2019, 12, 31))


def test_what_is_given_besides_comes_with_every_version() -> None:
    """The second table is added to whichever version speaks."""
    schedule = _a_schedule(besides=HALF)

    assert schedule(schedule.claim(_a_case(FIRST))).worth == _euros(80)
    assert schedule(schedule.claim(_a_case(SECOND))).worth == _euros(120)


def test_what_was_paid_before_is_set_off() -> None:
    """It comes off all that is given, unless the schedule says otherwise."""
    schedule = _a_schedule(besides=HALF)
    claim = schedule.claim(_a_case(SECOND, earlier=_euros(90)))

    assert schedule.around is set_off
    assert claim.already_given == {"EUR": _euros(90)}
    assert schedule(claim).worth == _euros(80 + 40 - 90)
    assert attrs.evolve(schedule, around=None)(claim).worth == _euros(80 + 40)
    case = _a_case(SECOND, earlier=_euros(30), pays=_euros(90))
    shown = attrs.evolve(schedule, cases=(case,)).to_markdown()
    assert "paid before: EUR 30.00" in shown


@_every
def test_no_schedule_pays_what_was_paid_before(schedule: Schedule) -> None:
    """A case that comes back for the same is given no sum again, and care all the same.

    Whatever was chosen is on record: the amends, and the dearest alternative.
    """
    for case in schedule.cases:
        claim = schedule.claim(case)
        award = schedule(claim)
        priced = [r for r in award.alternatives if r.value is not None]
        chosen = [max(priced, key=lambda r: r.value or r)] if priced else []
        had = (*claim.earlier, *award.amends, *chosen)
        again = schedule(attrs.evolve(claim, earlier=had, cycle=2))

        assert again.worth is None, case.text
        assert _care(again) == _care(award), case.text


def _care(award: Award) -> list[Remedy]:
    return [remedy for remedy in award.amends if remedy.kind is RemedyKind.CARE]


@_every
def test_every_schedule_has_a_case_that_was_paid_before(schedule: Schedule) -> None:
    """Once in full, and once in part where it pays by more than one sum."""
    before = [case for case in schedule.cases if case.earlier is not None]
    assert any(case.pays is None for case in before)
    assert any(case.pays is not None for case in before)


def test_schedules_that_decide_alike_are_equal() -> None:
    """Prose and cases change neither equality nor the hash that is stamped on cases."""
    one, other = (
        _a_schedule(),
        _a_schedule(name="Another", cases=(_a_case(FIRST, pays=_euros(40)),)),
    )

    assert one == other
    assert content_hash(one) == content_hash(other)
    assert content_hash(one) != content_hash(_a_schedule(versions={FIRST: HALF}))
    assert str(one) == "A test (test)"
    assert one.liability == BlameBlind()


@_every
def test_a_schedule_keeps_its_hash(schedule: Schedule) -> None:
    """The hash goes by content: no address, no order of loading."""
    assert content_hash(schedule) == content_hash(attrs.evolve(schedule))


@pytest.mark.parametrize(
    ("changes", "mend"),
    [
        ({"versions": {}}, "give at least one Table"),
        ({"versions": [(FIRST, HALF)]}, "give at least one Table"),
        ({"versions": {"2020-01-01": HALF, FIRST: FULL}}, "Table by its first day"),
        ({"versions": {FIRST: lambda claim: None}}, "Table by its first day"),
        ({"versions": {datetime(2020, 1, 1, tzinfo=UTC): HALF}}, "by its first day"),
        ({"versions": (FIRST, HALF)}, "Table by its first day"),
        ({"sources": ()}, "name at least one"),
        ({"sources": "a law"}, "give a tuple of str"),
        ({"confidence": "high"}, "give Confidence"),
        ({"code": " "}, "give a text"),
        ({"besides": "care"}, "give Table"),
        ({"around": 3}, "give a function"),
        ({"liability": None}, "give a function"),
        ({"cases": ("a case",)}, "give a tuple of WorkedCase"),
    ],
)
def test_a_schedule_refuses_what_it_cannot_be(
    changes: Mapping[str, Any], mend: str
) -> None:
    """Wrong parts are told when it is built, with the mend."""
    with pytest.raises(InvalidValueError, match=mend):
        _a_schedule(**changes)


@pytest.mark.parametrize(
    "on", ["2020-01-01", datetime(2020, 1, 1, tzinfo=UTC)], ids=str
)
def test_a_version_is_asked_for_by_a_date(on: Any) -> None:
    """A text or a moment names no day."""
    with pytest.raises(InvalidValueError, match="give a date"):
        _a_schedule().table(on)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"pays": 40},
        {"rule": ""},
        {"on": None},
        {"causes": ("snow",)},
        {"earlier": "EUR 1.00"},
        {"facts": {"late": 1.5}},
        {"source": ""},
    ],
    ids=str,
)
def test_a_worked_case_refuses_what_it_cannot_be(changes: Mapping[str, Any]) -> None:
    """Wrong parts are told when it is written."""
    with pytest.raises(InvalidValueError):
        attrs.evolve(_a_case(FIRST), **changes)


def test_the_defence_is_read_from_whose_doing_it_was() -> None:
    """No fact of the claim raises the defence: liability does, on the attribution."""
    claim = Claim(
        ServiceFailure("late", facts={"defence_holds": True}),
        datetime.combine(FIRST, time(), UTC),
    )
    plain = schedules.defence_holds(Defence()).reader
    assert plain is not None
    assert plain(claim.with_findings(attribution=Attribution({"nature": 1}))) is True
    assert plain(claim.with_findings(attribution=Attribution({"firm": 1}))) is False
    assert plain(claim) is False
    assert plain(claim.with_findings(owed=Fraction(1, 2))) is False
    assert plain(claim.with_findings(owed=Fraction(0))) is True


def test_a_worked_case_can_be_sent_to_another_process() -> None:
    """Cases are plain values."""
    case = ALL["eu261"].cases[0]
    assert pickle.loads(pickle.dumps(case)) == case  # noqa: S301
