"""Combinators are taken apart and put together, and the set of them is closed."""

from datetime import date
from typing import Any, get_args

import attrs
import pytest

from recovery_core import Award, Claim, Money, Rounding
from recovery_core.policy import (
    CompensationPolicy,
    Reimbursement,
    SpendingLimit,
    best_of,
    capped,
    dated,
    first,
    floored,
    only_if,
    owed,
    scaled,
    set_off,
    sum_of,
)
from recovery_core.policy.combinators import Combinator
from recovery_core.policy.composing import MAKERS
from recovery_core.policy.members import members_of_combinator, with_members

CAP = Money("20.00", "EUR")
REFUND, LIMIT = Reimbursement(), SpendingLimit(CAP)


def always(claim: Claim) -> bool:
    """Hold whatever is claimed."""
    return True


MADE: dict[str, CompensationPolicy] = {
    "first": first(REFUND, LIMIT),
    "best_of": best_of(REFUND, LIMIT),
    "sum_of": sum_of(REFUND, LIMIT),
    "dated": dated({date(2026, 1, 1): REFUND, date(2026, 7, 1): LIMIT}),
    "only_if": only_if(always, REFUND, because="always"),
    "capped": capped(REFUND, at=CAP),
    "floored": floored(REFUND, at=CAP),
    "set_off": set_off(REFUND),
    "scaled": scaled(REFUND, "1/2", rounding=Rounding.HALF_UP),
    "owed": owed(REFUND, rounding=Rounding.UP),
}


def test_every_combinator_is_made_by_the_function_it_names() -> None:
    """So that what is printed can be typed in."""
    assert {maker.__name__ for maker in MAKERS} == set(MADE)
    assert {type(policy) for policy in MADE.values()} == set(get_args(Combinator))
    for name, policy in MADE.items():
        assert isinstance(policy, Combinator)
        assert policy.maker == name
        assert repr(policy).startswith(f"{name}(")


@pytest.mark.parametrize("name", MADE)
def test_a_combinator_over_its_own_members_is_itself(name: str) -> None:
    """Nothing is lost on the way, and others take the place of those there were."""
    policy: Any = MADE[name]
    parts = members_of_combinator(policy)
    assert set(parts) <= {REFUND, LIMIT}
    assert with_members(policy, parts) == policy
    others = with_members(policy, [SpendingLimit(Money("1.00", "EUR"))] * len(parts))
    assert type(others) is type(policy)
    assert others != policy
    with pytest.raises(ValueError):  # noqa: PT011 - Python's own
        with_members(MADE["capped"], [])  # type: ignore[arg-type]


@pytest.mark.parametrize("policy", [REFUND, always, Award.nothing(), None])
def test_what_combines_nothing_has_no_members(policy: object) -> None:
    """Whatever is handed in."""
    assert members_of_combinator(policy) == ()


@pytest.mark.parametrize("kind", get_args(Combinator), ids=lambda kind: kind.__name__)
def test_nobody_adds_to_the_set(kind: type) -> None:
    """A subclass would be read as what it derives from, and pay otherwise."""
    with pytest.raises(TypeError, match="cannot derive from"):
        type("Mine", (kind,), {})
    with pytest.raises(TypeError, match="write a function, or combine"):
        attrs.frozen(type("Mine", (kind,), {}))
