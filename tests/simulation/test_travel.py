"""What cannot be sent to another process, and who is to blame for it."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import pytest

from recovery_core import Award, Claim, Money
from recovery_core.errors import InvalidValueError
from recovery_core.policy import capped, only_if, sum_of
from recovery_core.simulation.company import company_of
from recovery_core.simulation.runs.travel import check_travels
from recovery_core.tables import Column, Rule, Table, column, policy_reading
from tests.support.computed import FARE, KM, TABLE, TOLD, band, half_beyond

WRITE = "write it with def at the top of a module, for a worker finds it by name"
ANOTHER = "and that name stands for something else by now"
RENAME = "give each function a name of its own, and keep it"
KEEP = "keep it out of what is sent, or make it where it is used"
HERE = "tests.simulation.test_travel"


def priced(made: Column) -> Any:
    """Make a policy around a flag, as deep down as it may stand."""
    rule = Rule("far", when=made & (band == "long"), amends=FARE)
    table = Table("Flights", [rule], otherwise="near")
    return company_of(capped(sum_of(TABLE, table), at=Money("5", "EUR")))


def local() -> Column:
    """Make a column inside of a function."""

    @column.flag("far").computed_from(KM)
    def far(km: int) -> bool:
        return km > 9

    return far


@column.flag("far").computed_from(KM)
def again(km: int) -> bool:
    """Stand under a name that is used once more."""
    return km > 3


FIRST = again


@column.flag("far").computed_from(KM)  # type: ignore[no-redef]
def again(km: int) -> bool:
    """Take the name of the one above."""
    return km > 4


def is_told(told: bool) -> bool:  # noqa: FBT001
    """Repeat a flag."""
    return told


class Broken:
    """What says in an error of its own that it will not be pickled."""

    def __reduce__(self) -> str:
        raise LookupError("not for the post")

    def __repr__(self) -> str:
        return "Broken()"


class Holder:
    """An object of no particular make."""

    def __init__(self, held: object) -> None:
        self.held = held

    def pay(self, claim: Claim) -> Award:
        """Pay nothing."""
        raise NotImplementedError


LAMBDA = column.flag("far").computed_from(KM)(lambda km: km > 3)
READER: Any = Holder(Broken()).pay


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (LAMBDA, f"is computed by {HERE}.<lambda>, a lambda: {WRITE}"),
        (
            local(),
            f"is computed by {HERE}.local.<locals>.far, defined inside local(): "
            + WRITE,
        ),
        (
            column.flag("far").read_from(lambda claim: True),
            f"is read by {HERE}.<lambda>, a lambda: {WRITE}",
        ),
        (
            column.flag("far").computed_from(TOLD, vector=lambda told: told)(is_told),
            f"is computed for arrays by {HERE}.<lambda>, a lambda: {WRITE}",
        ),
        (
            FIRST,
            f"is computed by {HERE}.again, {ANOTHER}: {RENAME}",
        ),
        (
            column.flag("far").read_from(partial(max, key=lambda claim: True)),
            f"is read by {HERE}.<lambda>, a lambda: {WRITE}",
        ),
        (
            column.flag("far").read_from(READER),
            f"is read by Broken(), which cannot be pickled (not for the post): {KEEP}",
        ),
    ],
    ids=["lambda", "local", "reader", "vector", "name", "partial", "object"],
)
def test_a_table_that_cannot_travel_names_column_function_and_reason(
    made: Column, told: str
) -> None:
    """However deep it stands, and not the columns beside it that can."""
    with pytest.raises(InvalidValueError) as refused:
        check_travels(priced(made))
    where = "this run cannot be sent to another process: column 'far' of table"
    assert str(refused.value) == f"{where} 'Flights' {told}"
    assert isinstance(refused.value.__cause__, Exception)


def test_what_stands_under_its_name_travels() -> None:
    """The decorator put a column, or a policy, there; it is found through that."""
    check_travels(priced(again))
    check_travels(company_of(half_beyond))
    assert again != FIRST


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (lambda: 7, f": {HERE}.<lambda>, a lambda: "),
        (only_if(lambda claim: True, TABLE, because="-"), "OnlyIf.condition holds "),
        (policy_reading(KM)(lambda read: Rule("r")), "DeclaredPolicy.function holds "),
        ({"a": [1, (2, lambda: 7)]}, f"it holds {HERE}.<lambda>"),
        (Broken(), ": Broken(), which cannot be pickled (not for the post)"),
        (Holder(Broken()), "it holds Broken(), which"),
        (LAMBDA, "column 'far' is computed by"),
    ],
    ids=[*"0123456"],
)
def test_anything_else_that_cannot_travel_is_found_as_well(
    thing: object, told: str
) -> None:
    """Through fields, mappings, lists and whatever an object is made of."""
    with pytest.raises(InvalidValueError) as refused:
        check_travels(thing)
    assert told in str(refused.value)


def refuse_to_be_pickled(self: object, protocol: object = None) -> str:
    """Stand for ``__reduce_ex__``."""
    raise LookupError("not for the post")


@pytest.mark.parametrize("kind", [dict, list, tuple, Holder, attrs.make_class("A", [])])
def test_a_whole_whose_parts_can_travel_is_named_itself(kind: Any) -> None:
    """Then it is the whole that cannot."""
    stubborn = type("S", (kind,), {"__reduce_ex__": refuse_to_be_pickled})
    whole = stubborn(*([] if kind is not Holder else [7]))
    with pytest.raises(InvalidValueError, match="which cannot be pickled"):
        check_travels(whole)


def test_what_holds_itself_is_gone_into_once() -> None:
    """A list that stands in itself, before the culprit."""
    ring: list[object] = []
    ring += [ring, lambda: 7]
    with pytest.raises(InvalidValueError, match="<lambda>, a lambda"):
        check_travels(ring)
