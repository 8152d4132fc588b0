"""What a content hash must tell apart, and what it must not."""

import functools
import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from fractions import Fraction
from types import CellType, FunctionType, MappingProxyType
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.attribution import Attribution, Party
from recovery_core._domain.claim import Claim
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.hashing import content_hash
from recovery_core._domain.money import Money
from recovery_core._domain.reason import Facts, Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIVE = Money("5.00", "EUR")

atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.fractions()
    | st.text()
    | st.binary()
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.timezones() | st.just(timezone(timedelta(hours=14))))
    | st.timedeltas()
    | st.sampled_from([*RemedyKind, *Party])
    | st.builds(Money.from_minor, st.integers(-9, 9), st.sampled_from(["EUR", "JPY"]))
)
trees = st.recursive(
    atoms,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.frozensets(atoms, max_size=3)
    ),
    max_leaves=6,
)


def apart(value: object) -> object:
    """Mark what `content_hash` keeps apart although Python calls it equal."""
    match value:
        case bool():
            return "bool", str(value)
        case tuple() | list():
            return type(value), [apart(member) for member in value]
        case dict():
            return {key: apart(member) for key, member in value.items()}
        case frozenset():
            return {repr(apart(member)) for member in value}
    return value


@given(trees, trees)
def test_equal_content_is_equal_hash(one: object, other: object) -> None:
    """Two values have one hash if and only if they are equal, True and 1 aside."""
    same = content_hash(one) == content_hash(other)
    if apart(one) == apart(other):
        assert same
    if one != other:
        assert not same


@given(trees)
def test_a_hash_is_sixteen_hex_digits_and_does_not_drift(value: object) -> None:
    """Asking twice gives one answer of 16 hex digits."""
    assert re.fullmatch("[0-9a-f]{16}", content_hash(value))
    assert content_hash(value) == content_hash(value)


@given(st.dictionaries(st.text(min_size=1).filter(str.strip), st.integers()))
def test_order_of_a_mapping_is_no_content(facts: dict[str, int]) -> None:
    """A mapping hashes the same in any order and by any class of mapping."""
    backwards = dict(reversed(facts.items()))
    assert content_hash(facts) == content_hash(backwards)
    assert content_hash(facts) == content_hash(MappingProxyType(backwards))
    assert content_hash(facts) == content_hash(Facts(backwards))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("firm", Party.FIRM),
        (1, Fraction(1)),
        (NOON, NOON.astimezone(timezone(timedelta(hours=-7)))),
        ({1, 2}, frozenset({2, 1})),
        (Attribution.to("firm"), Attribution.to(Party.FIRM)),
    ],
    ids=repr,
)
def test_what_is_equal_hashes_alike(one: object, other: object) -> None:
    """Spelling, zone and class do not matter where Python calls values equal."""
    assert one == other
    assert content_hash(one) == content_hash(other)


class Colour(Enum):
    RED = 1
    BLUE = 2


class Shade(Enum):
    RED = 1


DIFFERENT: list[object] = [
    True,
    1,
    "1",
    1.5,
    b"1",
    None,
    "None",
    (1,),
    [1],
    frozenset({1}),
    ("a", "b"),
    ("a,b",),
    ("a", ("b",)),
    (),
    ((),),
    {},
    {"a": 1},
    {"a": 1, "b": None},
    date(2026, 5, 1),
    NOON.replace(tzinfo=None),
    NOON,
    timedelta(),
    timedelta(days=1),
    timedelta(seconds=1),
    timedelta(seconds=2),
    timedelta(microseconds=1),
    Colour.RED,
    Colour.BLUE,
    Shade.RED,
    Colour,
    Money("5", "EUR"),
    Money("5", "USD"),
    Money("500", "JPY"),
    Fraction(1, 3),
    datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
    ...,
    len,
    min,
]


def test_no_two_different_values_share_a_hash() -> None:
    """Type, nesting and every part count."""
    assert len({content_hash(value) for value in DIFFERENT}) == len(DIFFERENT)


CLAIM = Claim(ServiceFailure("late", loss=FIVE, facts={"delay": 75}), NOON)


@pytest.mark.parametrize(
    "change",
    [
        {"failure": ServiceFailure("late", loss=FIVE, facts={"delay": 76})},
        {"failure": ServiceFailure("late", loss=FIVE, facts={"delays": 75})},
        {"failure": ServiceFailure("late", facts={"delay": 75})},
        {"as_of": NOON + timedelta(microseconds=1)},
        {"owed": Fraction(1, 2)},
        {"cycle": 2},
        {"round": 2},
        {"asked_for": Remedy(RemedyKind.CARE)},
        {"earlier": (Remedy(RemedyKind.CASH, FIVE),)},
        {"evidence": ("ticket",)},
        {"attribution": Attribution.to("firm")},
        {"case_id": "c-1"},
    ],
    ids=str,
)
def test_any_changed_field_changes_the_hash(change: dict[str, Any]) -> None:
    """What an approval approved cannot change under its fingerprint."""
    assert content_hash(attrs.evolve(CLAIM, **change)) != content_hash(CLAIM)
    assert content_hash(attrs.evolve(CLAIM)) == content_hash(CLAIM)


def test_the_place_of_a_remedy_is_content() -> None:
    """An alternative is not the same promise as an amends."""
    cash = (Remedy(RemedyKind.CASH, FIVE),)
    assert content_hash(Award(cash)) != content_hash(Award(amends=cash))


def test_a_field_that_does_not_compare_is_no_content() -> None:
    """What a value works out for itself does not count."""

    @attrs.frozen
    class Worked:
        given: int
        out: int = attrs.field(default=0, eq=False)

    assert content_hash(Worked(1, 2)) == content_hash(Worked(1, 3))
    assert content_hash(Worked(1, 2)) != content_hash(Worked(2, 2))


# Functions


def made(body: str, name: str = "rule", **known: Any) -> Callable[..., Any]:
    """Write a function afresh, so that only its text can make a difference."""
    scope: dict[str, Any] = {"__name__": "a_module", **known}
    FunctionType(compile(body, "<rule>", "exec"), scope)()
    found: Callable[..., Any] = scope[name]
    return found


BODIES = [
    "def rule(claim): return claim.owed",
    "def rule(claim): return claim.round",
    "def rule(claim): return claim.round + 1",
    "def rule(claim): return claim.round + 2",
    "def rule(claim): return claim.round + True",
    "def rule(claim, *, of=2): return claim.round + of",
    "def rule(claim, *, of=3): return claim.round + of",
    "def rule(claim, of=3): return claim.round + of",
    "def rule(claim): return [c for c in claim.earlier if c]",
    "def rule(claim): return [c for c in claim.earlier if not c]",
    "def rule(claim): return claim in {'a', 'b'}",
    "def rule(claim): return claim in {'a', 'c'}",
]


def test_every_edit_of_a_function_is_seen() -> None:
    """Names, constants, defaults and inner code make another rule of it."""
    assert len({content_hash(made(body)) for body in BODIES}) == len(BODIES)


@pytest.mark.parametrize("body", BODIES)
def test_a_function_written_twice_is_one_rule(body: str) -> None:
    """Only the text decides, not the object or the line it stands on."""
    assert content_hash(made(body)) == content_hash(made(f"\n\n{body}"))


def test_the_module_and_the_name_of_a_function_count() -> None:
    """Two rules that read alike are two rules where they are called differently."""
    body = "def rule(claim): return 1\ndef other(claim): return 1"
    here = made(body)
    assert content_hash(here) != content_hash(made(body, "other"))
    assert content_hash(here) != content_hash(made(body, __name__="elsewhere"))


def test_what_a_function_closes_over_counts() -> None:
    """Two rules from one factory differ by what they were made with."""

    def at(limit: Money) -> Callable[[Money], bool]:
        return lambda value: value <= limit

    assert content_hash(at(FIVE)) == content_hash(at(Money("5.00", "EUR")))
    assert content_hash(at(FIVE)) != content_hash(at(Money("5.01", "EUR")))


def test_a_rule_that_calls_itself_has_a_hash() -> None:
    """A function in its own closure, or a list in itself, ends the walk."""

    def rounds(left: int) -> int:
        return rounds(left - 1) if left else 0

    loop: list[Any] = []
    loop.append(loop)
    assert content_hash(rounds) == content_hash(rounds)
    assert content_hash(loop) != content_hash([[]])


def test_a_cell_that_is_not_filled_yet_has_a_hash() -> None:
    """A closure may be asked before its variable exists."""
    assert content_hash(CellType()) == content_hash(CellType())
    assert content_hash(CellType()) != content_hash(CellType(None))


# Objects of the caller's own


@attrs.frozen
class Fixed:
    value: Money

    def __call__(self, claim: Claim) -> Award:
        """Give a fixed sum."""
        return Award(amends=(Remedy(RemedyKind.CASH, self.value),))

    def other(self, claim: Claim) -> Award:
        """Give nothing."""
        return Award()


class Plain:
    def __init__(self, value: Money) -> None:
        self.value = value

    def __call__(self, claim: Claim) -> Award:
        """Give a fixed sum."""
        return Award(amends=(Remedy(RemedyKind.CASH, self.value),))


@pytest.mark.parametrize("kind", [Fixed, Plain])
def test_a_callable_object_goes_by_its_fields(kind: Callable[[Money], object]) -> None:
    """An object with ``__call__`` is as good a rule as a function."""
    assert content_hash(kind(FIVE)) == content_hash(kind(Money("5.00", "EUR")))
    assert content_hash(kind(FIVE)) != content_hash(kind(Money("5.01", "EUR")))


@pytest.mark.parametrize("kind", [Fixed, Plain])
def test_an_edited_call_is_another_rule(
    kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code of ``__call__`` counts for a class of the caller's own."""
    before = content_hash(kind(FIVE))
    monkeypatch.setattr(kind, "__call__", lambda self, claim: Award())
    assert content_hash(kind(FIVE)) != before


def test_a_class_of_ours_goes_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stored stamp survives an edit of the library itself."""
    before = content_hash(FIVE)
    ours = made("def rule(self): return 1", __name__="recovery_core.policy")
    monkeypatch.setattr(Money, "__call__", ours, raising=False)
    assert content_hash(FIVE) == before


def test_a_method_goes_by_its_object_and_its_name() -> None:
    """A bound method is a rule with its object as parameter."""
    one, other = Fixed(FIVE), Fixed(Money("6.00", "EUR"))
    assert content_hash(one.other) == content_hash(Fixed(FIVE).other)
    assert content_hash(one.other) != content_hash(other.other)
    assert content_hash(one.other) != content_hash(one.__call__)


def test_other_objects_go_by_what_they_are_made_of() -> None:
    """A partial, a pattern, a queue: content decides, not the address."""
    half, third = (functools.partial(divmod, n) for n in (2, 3))
    assert content_hash(half) == content_hash(functools.partial(divmod, 2))
    assert content_hash(half) != content_hash(third)
    assert content_hash(deque([1, 2])) == content_hash(deque([1, 2]))
    assert content_hash(deque([1, 2])) != content_hash(deque([2, 1]))
    assert content_hash(re.compile("a")) != content_hash(re.compile("b"))


def test_what_cannot_be_taken_apart_goes_by_its_repr() -> None:
    """A generator has no content: it is only itself, within one process."""
    one, other = (n for n in [1]), (n for n in [1])
    assert content_hash(one) == content_hash(one)
    assert content_hash(one) != content_hash(other)


SCRIPT = """
from datetime import UTC, datetime
from recovery_core._domain.claim import Claim
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.hashing import content_hash
def rule(claim):
    return claim.failure.what in {"late", "lost", "broken", "cold"}
facts = {"delay": 75, "line": "RE 5"}
claim = Claim(ServiceFailure("late", facts=facts), datetime(2026, 5, 1, tzinfo=UTC))
print(content_hash((claim, frozenset("abcdef"), rule)))
"""


def test_the_hash_is_the_same_in_every_process() -> None:
    """Another process with another hash seed finds the same name."""
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1


def test_a_stored_hash_is_still_found() -> None:
    """What was stamped on stored cases does not change with the library."""
    award = Award(amends=(Remedy(RemedyKind.CASH, FIVE),), because=(Reason("a", "b"),))
    assert content_hash(award) == "4a36452e589b2e57"
