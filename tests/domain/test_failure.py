from datetime import date
from typing import Any

import pytest
from hypothesis import given

from recovery_core._domain.attribution import Cause
from recovery_core._domain.failure import (
    Act,
    Aspect,
    Detection,
    FailureKind,
    Origin,
    Resource,
    ServiceFailure,
    Severity,
)
from recovery_core._domain.money import Money
from recovery_core._domain.reason import Facts
from recovery_core.errors import InvalidValueError
from recovery_core.testing.strategies import failures
from recovery_core.testing.strategies.claims import failure_kinds
from tests.support.laws import (
    FROM_NOTHING_UP,
    MAYBE_DAY,
    MAYBE_TEXT,
    TEXT,
    TEXTS,
    a,
    check_refusal,
    check_value,
    refusals,
    tuple_of,
)

LATE = ServiceFailure("train late")


@given(failures())
def test_a_failure_is_a_value(failure: ServiceFailure) -> None:
    """A failure is frozen, compared by content, and survives every copy."""
    check_value(failure)


@given(failure_kinds())
def test_a_kind_is_a_value(kind: FailureKind) -> None:
    """A kind of failure is frozen, compared by content, and survives every copy."""
    check_value(kind)


def test_a_failure_needs_one_line() -> None:
    """Whoever reports a failure says what; all else has a harmless default."""
    assert LATE.kind == FailureKind()
    assert LATE.severity is Severity.MODERATE
    assert LATE.detection is Detection.COMPLAINT
    assert (LATE.loss, LATE.occurred_on, LATE.touchpoint, LATE.complainant) == (
        (None,) * 4
    )
    assert (LATE.affected, LATE.causes, LATE.facts) == ((), (), Facts())


def test_what_was_promised_and_not_had_is_a_service_nobody_rendered() -> None:
    """An unsorted failure is an outcome left out, by nobody knows whose slip."""
    assert FailureKind() == FailureKind(
        aspect=Aspect.OUTCOME,
        act=Act.OMISSION,
        origin=Origin.UNKNOWN,
        resource=Resource.SERVICE,
    )


def test_a_kind_is_sorted_by_name_only() -> None:
    """Four lines of the literature in a row would be read in the wrong order."""
    kind: Any = FailureKind
    with pytest.raises(TypeError):
        kind(Aspect.PROCESS)


def test_severities_are_ordered() -> None:
    """A greater felt loss is a greater severity."""
    assert sorted(Severity) == [
        Severity.MINOR,
        Severity.MODERATE,
        Severity.MAJOR,
        Severity.CRITICAL,
    ]


@given(failures())
def test_facts_are_frozen_once(failure: ServiceFailure) -> None:
    """Facts given as any mapping are kept as Facts, and Facts as they are."""
    again = ServiceFailure("again", facts=failure.facts)
    assert again.facts is failure.facts
    plain: Any = dict(failure.facts)
    assert ServiceFailure("again", facts=plain) == again


@pytest.mark.parametrize("facts", [[("arrival_delay", 75)], "arrival_delay", 75])
def test_facts_are_a_mapping(facts: Any) -> None:
    """Facts without names are refused with the mend."""
    with pytest.raises(InvalidValueError, match=r"facts cannot be .*: give a mapping"):
        ServiceFailure("train late", facts=facts)


def test_everything_known_of_a_failure_is_kept() -> None:
    """What is said of a failure is read back as it was said."""
    cause = Cause("points failure", "supplier")
    failure = ServiceFailure(
        "train late",
        severity=Severity.MAJOR,
        loss=Money("42.00", "EUR"),
        occurred_on=date(2026, 5, 1),
        affected=("ana", "ben"),
        causes=(cause,),
        facts={"arrival_delay": 75},
    )
    assert failure.facts == Facts({"arrival_delay": 75})
    assert failure.causes == (cause,)
    assert failure.loss == Money("42.00", "EUR")


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    [
        *refusals(
            FailureKind(),
            aspect=a(Aspect),
            act=a(Act),
            origin=a(Origin),
            resource=a(Resource),
        ),
        *refusals(
            LATE,
            "facts",
            what=TEXT,
            kind=a(FailureKind),
            severity=a(Severity),
            loss=FROM_NOTHING_UP,
            occurred_on=MAYBE_DAY,
            detection=a(Detection),
            touchpoint=MAYBE_TEXT,
            complainant=MAYBE_TEXT,
            affected=TEXTS,
            causes=tuple_of(Cause, Cause("frost", "nature")),
        ),
    ],
)
def test_what_cannot_be_is_refused(
    valid: Any, field: str, wrong: object, mend: str
) -> None:
    """A field that cannot be is refused with class, field, value and mend."""
    check_refusal(valid, field, wrong, mend)
