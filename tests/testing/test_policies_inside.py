"""The corners of the search that no ordinary policy leads into."""

from datetime import UTC, datetime
from typing import Any

import pytest

from recovery_core import Claim, Money, Remedy, RemedyKind, ServiceFailure
from recovery_core.errors import BrokenPromiseError
from recovery_core.tables import column
from recovery_core.testing._edges import BoundaryField
from recovery_core.testing._properties import read_column_or_none
from recovery_core.testing._search import Trial
from recovery_core.testing._shrink import _shrink_money

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE = BoundaryField(column.minutes("late", most=100), (0, 10, 60))


def claim(**facts: Any) -> Claim:
    """Claim with some facts."""
    return Claim(ServiceFailure("late", facts=facts), NOON)


def test_a_fact_that_is_none_of_the_column_stands_at_no_boundary_of_it() -> None:
    """There is nothing to bring nearer to a boundary."""
    assert LATE.is_at_boundary_or_unreadable({"late": 60})
    assert not LATE.is_at_boundary_or_unreadable({"late": 61})
    assert LATE.is_at_boundary_or_unreadable({})
    assert LATE.is_at_boundary_or_unreadable({"late": "an hour"})


@pytest.mark.parametrize(("least", "code"), [(61, 80), (70, 80), (80, 80)])
def test_a_code_above_every_boundary_comes_down_to_where_it_breaks(
    least: int, code: int
) -> None:
    """All boundaries lie below and break nothing: the least is found between."""
    assert LATE.smallest_breaking_code(code, lambda other: other >= least) == least


def test_what_cannot_be_read_from_a_claim_is_not_known() -> None:
    """A reader that raises is the policy's to tell, when it is asked."""

    def reader(asked: Claim) -> int:
        raise ZeroDivisionError

    read = column.minutes("late").read_from(reader)
    assert read_column_or_none(read, claim(late=5)) is None
    assert read_column_or_none(column.minutes("late"), claim(late="x")) is None
    assert read_column_or_none(column.minutes("late"), claim(late=5)) == 5


def test_another_promise_that_breaks_is_not_the_one_that_is_made_smaller() -> None:
    """The failure that is shown is of the promise that was found broken."""
    found = BrokenPromiseError("plug", "first", "a", ())
    answers: list[bool] = []

    def probe(question: str) -> None:
        if question == "other":
            raise BrokenPromiseError("plug", "second", question, ())
        if question == "same":
            raise BrokenPromiseError("plug", "first", question, ())

    def smaller(question: str, breaks: Any) -> None:
        answers.extend(breaks(each) for each in ("other", "none", "same"))

    trial: Any = None
    shown = Trial._smallest_breach_error(trial, found, "a", probe, smaller)
    assert answers == [False, False, True]
    assert shown.asked == "same"


def test_a_gift_without_a_value_is_left_as_it_is() -> None:
    """Only sums are brought down to the least."""
    words = Remedy(RemedyKind.EXPLANATION, what="why")
    paid = Remedy(RemedyKind.CASH, Money("5.00", "EUR"))
    both = Claim(ServiceFailure("late"), NOON, earlier=(words, paid))

    def breaks(other: Claim) -> bool:
        return len(other.earlier) == 2

    found = _shrink_money(both, breaks)
    assert found.earlier[0] == words
    assert found.earlier[1].value == Money("0.01", "EUR")
