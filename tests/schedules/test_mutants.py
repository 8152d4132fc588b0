"""The worked cases of the schedules, held to tables that are wrong in one place."""

import re
from collections import Counter
from functools import cache
from typing import Any

import attrs
import pytest

from recovery_core import Money
from recovery_core.errors import OverlapError
from recovery_core.schedules import catalogue, us_denied_boarding
from recovery_core.tables import Rule, Table, column, percent_of
from recovery_core.tables.amounts import Amount, Lesser, Scaled
from tests.support.mutants import Mutant, are_alike, mutants

ALL = catalogue()
FEWEST = 40

# By the name of a mutant, why no claim could tell it from the real table. Those that a
# walk over both tables proves alike need no line here, and there has been no other.
EQUIVALENT: dict[str, str] = {}


def _fate(mutant: Mutant) -> str:
    """Tell what became of a mutant."""
    if found := mutant.caught():
        return "refused" if found.startswith("refused") else "caught"
    if str(mutant) in EQUIVALENT or mutant.is_proved_alike():
        return "alike"
    if mutant.since is None and mutant.shown():
        return "shown"
    return "survived"


@cache
def fates(code: str) -> dict[Mutant, str]:
    """Try every mutant of a schedule, once."""
    return {mutant: _fate(mutant) for mutant in mutants(ALL[code])}


@pytest.mark.parametrize("code", ALL)
def test_every_mutant_of_a_schedule_is_caught(code: str, record_property: Any) -> None:
    """Refused when it is built, or told by a worked case; or no other table at all."""
    score = Counter(fates(code).values())
    record_property("mutants", dict(score))

    assert score["refused"]
    assert score["caught"]
    assert [str(m) for m, fate in fates(code).items() if fate == "survived"] == []


def test_the_score_over_all_schedules(record_property: Any) -> None:
    """Far more than a handful are wrong, and nearly all of them pay wrongly."""
    score = sum((Counter(fates(code).values()) for code in ALL), Counter[str]())
    wrong = score.total() - score["alike"]
    killed = score["refused"] + score["caught"]
    record_property("score", f"{killed} of {wrong} ({dict(score)})")

    assert killed >= FEWEST * len(ALL) / 2
    assert killed + score["shown"] == wrong
    assert score["shown"] <= 30


def test_no_equivalent_is_listed_that_is_gone() -> None:
    """A line for a mutant that nobody makes any more is a line to take out."""
    made = {str(mutant) for code in ALL for mutant in fates(code)}
    assert set(EQUIVALENT) <= made


# --------------------------------------------------- the slips that were asked for

KINDS = {
    "shifted boundary": r": \d+ is \d+$",
    "> for >=": r"> for >= on",
    "< for <=": r"< for <= on",
    "swapped rows": r"swapped$",
    "lost cap": r": without ",
    "cap the wrong way": r"greater for",
    "wrong rounding": r"rounded down",
    "wrong percent": r"a hundredth (more|less)",
    "lost exclusion": r"^lost [a-z-]+$",
    "missing taken for known": r"missing \w+ counts",
    "known only where missing": r"missing \w+ is left out",
    "a wrong figure": r"a minor unit (more|less)",
    "a figure without its unit": r"units taken for",
    "a wrong period": r"a period one longer",
    "begun for completed": r"begun for completed",
    "flag upside down": r": not \w+$",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_slip_is_among_them(kind: str) -> None:
    """Each sort of mistake people make is made at least once, and caught."""
    pattern = re.compile(KINDS[kind])
    found = [
        fate
        for code in ALL
        for mutant, fate in fates(code).items()
        if pattern.search(mutant.name)
    ]
    assert "caught" in found or "refused" in found


def test_the_trap_of_public_repositories_is_caught() -> None:
    """Two hours to the minute in the lower tier, and the limits of 2021."""
    moved = next(
        mutant
        for mutant in mutants(us_denied_boarding)
        if mutant.name == "alternate_later: 120 is 121"
        and mutant.since == us_denied_boarding.versions[-1][0]
    )
    assert moved.caught() == "two hours, in the upper tier"

    old = dict(us_denied_boarding.versions)[us_denied_boarding.versions[-2][0]]
    stale = attrs.evolve(moved, name="limits of 2021", build=lambda: old)
    assert stale.caught() == "above the lower limit"


# --------------------------------------------------------------- the mutants themselves

LATE = column.minutes("late")
FARE = column.money("fare", "EUR")


def _rules(first: int, percent: int = 50) -> list[Rule]:
    return [
        Rule("half", when=LATE.between(first, 120), amends=percent_of(FARE, percent)),
        Rule("full", when=LATE >= 120, amends=FARE),
    ]


def test_tables_are_alike_if_no_claim_tells_them_apart() -> None:
    """One minute, one percent or one name between them, and they are not."""
    one = Table("one", _rules(60), otherwise="in time")
    split = [
        Rule("half", when=LATE.between(60, 120), amends=percent_of(FARE, 50)),
        Rule("full", when=LATE >= 60, amends=FARE),
    ]
    same = Table("same", split, otherwise="in time", hit="first")

    assert are_alike(one, same)
    assert not are_alike(one, Table("later", _rules(61), otherwise="in time"))
    assert not are_alike(one, Table("more", _rules(60, 51), otherwise="in time"))
    named = Table("named", _rules(60), otherwise=Rule("in-time"))
    assert not are_alike(one, named)


def test_a_mutant_differs_from_the_real_table_in_one_place() -> None:
    """No mutant is the real table under another name, and no two share theirs."""
    every = [*mutants(us_denied_boarding)]
    names = [str(mutant) for mutant in every]
    alike = [
        str(mutant)
        for mutant in every
        if mutant.caught() is None and mutant.is_proved_alike()
    ]

    assert alike == []
    assert len(set(names)) >= len(names) * 9 // 10


def test_a_refused_mutant_says_what_refused_it() -> None:
    """Two rules that overlap never get as far as a claim."""
    overlap = next(
        mutant
        for mutant in mutants(us_denied_boarding)
        if mutant.name == "400-percent-domestic: alternate_later from one below"
    )

    with pytest.raises(OverlapError):
        overlap.build()
    assert overlap.caught() == "refused: OverlapError"


def test_a_lost_cap_is_a_mutant_of_its_own() -> None:
    """It pays the rich without a limit."""
    lost = [
        mutant
        for mutant in mutants(us_denied_boarding)
        if mutant.name == "200-percent-domestic: without USD 1075.00"
    ]

    assert len(lost) == 1
    rule = next(r for r in lost[0].build().rules if r.code == "200-percent-domestic")
    assert isinstance(rule.worth, Lesser)
    (share,) = rule.worth.amounts
    assert isinstance(share, Scaled)
    found: Amount = share.of
    assert found.currency == Money.zero("USD").currency
