import copy
import inspect
import pickle
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import errors
from recovery_core._domain.reason import Reason
from recovery_core._readable import readable
from recovery_core.errors import (
    BrokenPromiseError,
    ContractError,
    CurrencyMismatchError,
    GapError,
    InvalidProcessError,
    InvalidValueError,
    MissingFactError,
    MissingPackageError,
    OverlapError,
    PolicyError,
    ProcessError,
    RecoveryError,
    ShadowError,
    StoredFormatError,
    TableError,
    TransitionNotAllowedError,
    WrongFactError,
)
from recovery_core.testing.strategies import reasons, texts

TREE: dict[type[Exception], tuple[type[Exception], ...]] = {
    RecoveryError: (Exception,),
    InvalidValueError: (RecoveryError, ValueError),
    CurrencyMismatchError: (InvalidValueError,),
    StoredFormatError: (InvalidValueError,),
    ProcessError: (RecoveryError,),
    InvalidProcessError: (ProcessError,),
    TransitionNotAllowedError: (ProcessError,),
    PolicyError: (RecoveryError,),
    MissingFactError: (PolicyError, KeyError),
    WrongFactError: (PolicyError, InvalidValueError),
    TableError: (PolicyError,),
    GapError: (TableError,),
    OverlapError: (TableError,),
    ShadowError: (TableError,),
    ContractError: (RecoveryError,),
    MissingPackageError: (RecoveryError, ModuleNotFoundError),
    BrokenPromiseError: (RecoveryError, AssertionError),
}
LATE = Reason("too-late", "the offer lapsed", {"hours": 3})
KNOWN = "arrival_delay, fare"
MISSING = (
    "no fact 'delay' was recorded (known: {}); pass it in "
    "ServiceFailure(facts={{'delay': ...}}) or ask with .get()"
)
EXAMPLES: list[tuple[RecoveryError, str]] = [
    *(
        (kind("say the mend"), "say the mend")
        for kind in (
            RecoveryError,
            InvalidValueError,
            WrongFactError,
            CurrencyMismatchError,
            StoredFormatError,
            ProcessError,
            PolicyError,
        )
    ),
    (InvalidProcessError("state HEARD is unknown"), "state HEARD is unknown"),
    (
        InvalidProcessError("no way to CLOSED", ("acknowledge", "hear")),
        "no way to CLOSED (path: acknowledge > hear)",
    ),
    (
        TransitionNotAllowedError("C-1", "OFFERED", "accept", ()),
        "case C-1 is OFFERED: accept refused",
    ),
    (
        TransitionNotAllowedError(
            "C-1", "OFFERED", "accept", (LATE, Reason("closed", "the desk is closed"))
        ),
        """case C-1 is OFFERED: accept refused
  - too-late: the offer lapsed [hours=3]
  - closed: the desk is closed""",
    ),
    (MissingFactError("delay", ("arrival_delay", "fare")), MISSING.format(KNOWN)),
    (MissingFactError("delay", ()), MISSING.format("none")),
    (
        ContractError("half_price", "C-1", "returned 3, no Award"),
        "half_price broke its contract on case C-1: returned 3, no Award",
    ),
    (MissingPackageError("pip install z3", name="z3"), "pip install z3"),
    (TableError("does not hold", "T"), "table 'T': does not hold"),
    (
        GapError("no rule decides", "T", (), {"late": 59, "tier": None}),
        "table 'T': no rule decides; for example late=59, tier=None",
    ),
    (
        OverlapError("'a' and 'b' decide", "T", ("a", "b"), {"late": 60}),
        "table 'T': 'a' and 'b' decide; for example late=60",
    ),
    (ShadowError("'b' never decides", "T", ("b",)), "table 'T': 'b' never decides"),
    (
        BrokenPromiseError("half", "it answers", "a claim", ("asked: a claim", "no")),
        """half breaks a promise: it answers
  asked: a claim
  no""",
    ),
]


def copies(error: RecoveryError) -> list[Any]:
    """Send an error on every way that errors travel."""
    pickles = [
        pickle.loads(pickle.dumps(error, protocol))  # noqa: S301
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
    ]
    return [*pickles, copy.copy(error), copy.deepcopy(error)]


def test_the_tree_is_as_drawn() -> None:
    """Every error is listed, stands under the root, and where it should in Python's."""
    classes = {
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and issubclass(value, Exception)
    }
    assert classes == set(TREE)
    assert {kind: kind.__bases__ for kind in classes} == TREE
    assert errors.__all__ == sorted(kind.__name__ for kind in classes)
    drawn = inspect.getdoc(errors) or ""
    assert all(f" {kind.__name__}" in drawn for kind in classes - {RecoveryError})


def test_every_error_has_an_example() -> None:
    """No class is left out of what the other tests show."""
    assert {type(error) for error, _ in EXAMPLES} == set(TREE)


@pytest.mark.parametrize(("error", "shown"), EXAMPLES, ids=repr)
def test_an_error_reads_well_and_travels(error: RecoveryError, shown: str) -> None:
    """An error says the whole of it, and comes back from a worker with its fields."""
    assert str(error) == shown
    for twin in copies(error):
        assert type(twin) is type(error)
        assert str(twin) == shown
        assert twin.args == error.args
        assert vars(twin) == vars(error)


@given(texts(), texts(), texts(), st.lists(reasons(), max_size=3))
def test_a_refusal_lists_all_reasons(
    case_id: str, state: str, trigger: str, against: list[Reason]
) -> None:
    """Each reason stands on a line of its own, under what was asked."""
    error = TransitionNotAllowedError(case_id, state, trigger, tuple(against))
    head = f"case {case_id} is {state}: {trigger} refused"
    lines = [head, *(f"  - {reason}" for reason in against)]
    assert str(error).split("\n") == [*map(readable, lines)]
    for twin in copies(error):
        assert (twin.case_id, twin.state, twin.trigger) == (case_id, state, trigger)
        assert twin.reasons == tuple(against)


@pytest.mark.parametrize(
    ("error", "caught_as"),
    [
        (InvalidValueError("no"), ValueError),
        (StoredFormatError("no"), ValueError),
        (MissingFactError("delay", ()), KeyError),
        (MissingFactError("delay", ()), LookupError),
        (BrokenPromiseError("half", "it answers", (), ()), AssertionError),
    ],
)
def test_pythons_own_names_catch_ours(
    error: RecoveryError, caught_as: type[Exception]
) -> None:
    """Whoever knows only Python's errors catches ours by the nearest of them."""
    with pytest.raises(caught_as):
        raise error


def test_an_error_keeps_what_was_added_to_it() -> None:
    """A note made on the way is not lost between processes."""
    error = ContractError("half_price", "C-1", "returned 3")
    error.add_note("while replaying May")
    assert all(twin.__notes__ == ["while replaying May"] for twin in copies(error))


def test_errors_are_no_values() -> None:
    """Two errors that say the same are still two errors."""
    assert not any(attrs.has(kind) for kind in TREE)
    assert PolicyError("gap") != PolicyError("gap")
