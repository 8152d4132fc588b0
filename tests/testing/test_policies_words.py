"""What `check_policy` says of a broken promise: short names, small claims."""

import subprocess
import sys
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, cast

import pytest

from recovery_core import (
    Award,
    Claim,
    Customer,
    Money,
    Reason,
    Remedy,
    RemedyKind,
    ServiceFailure,
)
from recovery_core.errors import BrokenPromiseError, InvalidValueError
from recovery_core.policy import best_of, capped, dated, first, only_if, set_off, sum_of
from recovery_core.tables import Rule, Table, column
from recovery_core.testing import check_policy, check_process
from recovery_core.testing import strategies as drawn
from recovery_core.testing._wording import describe_claim, policy_title

late = column.minutes("late", most=600)


def table(name: str) -> Table:
    """Make a table that pays three euros for half an hour."""
    rule = Rule("all", when=late >= 30, amends=Money("3.00", "EUR"))
    return Table(name, [rule], otherwise="too short")


A, B = table("A"), table("B")


class Desk:
    """Pay whatever was lost, twice over."""

    def __call__(self, claim: Claim) -> Award:
        """Answer."""
        lost = claim.failure.loss
        return _cash(lost + lost if lost else None)


def _cash(value: Money | None) -> Award:
    given = (Remedy(RemedyKind.CASH, value),) if value else ()
    return Award(amends=given, because=(Reason("paid", "paid"),))


def by_wish(claim: Claim) -> Award:
    """Pay what is asked for."""
    return _cash(claim.asked_for.value if claim.asked_for else None)


def by_gift(claim: Claim) -> Award:
    """Pay again what was given before."""
    return _cash(claim.earlier[-1].value if claim.earlier else None)


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        (A, "A"),
        (capped(sum_of(A, B), at=Money("5.00", "EUR")), "capped(sum_of(A, B))"),
        (best_of(set_off(A), Desk()), "best_of(set_off(A), Desk)"),
        (only_if(lambda _: True, first(A, by_wish), because="x"), None),
        (dated({date(2025, 1, 1): A, date(2026, 1, 1): B}), "dated(A, B)"),
        (partial(by_wish), "by_wish"),
        (Desk(), "Desk"),
    ],
)
def test_a_policy_goes_by_a_short_name(policy: Any, name: str | None) -> None:
    """Tables by theirs, what is made of them by how, functions and objects by type."""
    assert policy_title(policy) == (name or "only_if(first(A, by_wish))")


def test_a_failure_names_what_is_made_of_tables_in_a_line() -> None:
    """Not by all that they are made of."""
    policy = capped(sum_of(A, B), at=Money("5.00", "EUR"))
    with pytest.raises(BrokenPromiseError) as caught:
        check_policy(policy, never_above=Money("4.99", "EUR"), max_examples=5)

    assert str(caught.value).splitlines()[0] == (
        "capped(sum_of(A, B)) breaks a promise: it never pays more than EUR 4.99"
    )


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (Desk(), "loss=EUR 10.01"),
        (by_wish, "asked_for=Remedy(RemedyKind.CASH, value=Money('20.01', 'EUR'))"),
        (by_gift, "earlier=(Remedy(RemedyKind.CASH, value=Money('20.01', 'EUR')),)"),
    ],
)
@pytest.mark.parametrize("reads", [(), late])
def test_money_that_is_no_fact_is_brought_down_to_the_cent(
    policy: Any, told: str, reads: Any
) -> None:
    """What was lost, is asked for, or was given is as small as breaks the promise."""
    with pytest.raises(BrokenPromiseError) as caught:
        check_policy(policy, reads=reads, never_above=Money("20.00", "EUR"))

    shown = str(caught.value).splitlines()[1].replace("late=0, ", "")
    kinds = (kind for kind in RemedyKind if f"RemedyKind.{kind.name}" in shown)
    for kind in kinds:
        shown = shown.replace(f"RemedyKind.{kind.name}", "RemedyKind.CASH")
    assert shown.startswith(f"  asked: {told.partition('Money')[0]}")
    assert told.partition("Money")[2] in shown


def test_what_does_not_matter_is_taken_off_a_claim() -> None:
    """Only the customer is left where only the customer matters."""

    def loyal(claim: Claim) -> Award:
        is_late = claim.as_of > datetime(2000, 1, 1, tzinfo=UTC)
        return _cash(Money("9.00", "EUR") if claim.customer and is_late else None)

    with pytest.raises(BrokenPromiseError) as caught:
        check_policy(loyal, never_above=Money("8.00", "EUR"))

    claim = cast("Claim", caught.value.asked)
    bare = ServiceFailure("failed")
    assert (claim.failure, claim.cycle, claim.earlier) == (bare, 1, ())


def test_a_claim_is_shown_by_what_it_says() -> None:
    """What is as usual is left out; what went wrong and when is not."""
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    lost = ServiceFailure("no bed", loss=Money("5.00", "EUR"))
    later = datetime(2026, 5, 2, 12, tzinfo=UTC)

    assert describe_claim(Claim(ServiceFailure("failed"), noon)) == (
        "a claim that says nothing"
    )
    assert describe_claim(Claim(lost, later, customer=Customer("c"))) == (
        "what='no bed', loss=EUR 5.00, customer=Customer('c'), "
        "as_of=datetime.datetime(2026, 5, 2, 12, 0, tzinfo=UTC)"
    )


def test_what_passes_today_passes_tomorrow() -> None:
    """The search asks the same questions in every run; more examples ask more."""
    asked: list[Claim] = []

    def remembering(claim: Claim) -> Award:
        asked.append(claim)
        return Award()

    runs: list[list[Claim]] = []
    for most in (20, 20, 40):
        asked.clear()
        check_policy(remembering, claims=drawn.claims(), max_examples=most)
        runs.append([*asked])

    assert runs[0] == runs[1]
    assert len(runs[2]) > len(runs[0])


@pytest.mark.parametrize("wrong", [len, None, "five steps"])
def test_what_is_no_process_is_refused(wrong: Any) -> None:
    """A function is no process, and the error says what is."""
    with pytest.raises(InvalidValueError, match="is no process: give a Process"):
        check_process(wrong)


def test_without_hypothesis_the_extra_is_named() -> None:
    """The kit cannot be imported then, and says how it can."""
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try: import recovery_core.testing\n"
        "except ModuleNotFoundError as missing: print(missing, missing.name)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == (
        "the testers' kit needs hypothesis, which is not installed: "
        "pip install 'recovery-core[testing]' hypothesis"
    )
