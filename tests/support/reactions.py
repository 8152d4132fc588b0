"""Draw encounters, and build those that papers on service recovery tell of."""

from __future__ import annotations

from typing import Any, Final

import attrs
from hypothesis import strategies as st

from recovery_core._domain.attribution import Controllability, Locus, Stability
from recovery_core._domain.failure import (
    Aspect,
    Detection,
    FailureKind,
    Resource,
    Severity,
)
from recovery_core._domain.remedy import RemedyKind
from recovery_core.simulation.reactions import (
    Encounter,
    Felt,
    Handling,
    Justice,
    LastRecovery,
    ReactionModel,
)

SHARES: Final = st.floats(0, 1)
HOURS: Final = st.floats(0, 10_000)
KINDS: Final = st.builds(
    FailureKind, aspect=st.sampled_from(Aspect), resource=st.sampled_from(Resource)
)

encounters: Final = st.builds(
    Encounter,
    kind=KINDS,
    severity=st.sampled_from(Severity),
    is_compound=st.booleans(),
    is_shared=st.booleans(),
    was_rejected=st.booleans(),
    locus=st.sampled_from(Locus),
    stability=st.sampled_from(Stability),
    controllability=st.sampled_from(Controllability),
    is_genuine=st.booleans(),
    handling=st.sampled_from(Handling),
    detection=st.sampled_from(Detection),
    apologized=st.booleans(),
    owns=st.booleans(),
    worth=st.floats(0, 20),
    kinds=st.frozensets(st.sampled_from(RemedyKind), max_size=3),
    has_choice=st.booleans(),
    response_hours=HOURS,
    resolution_hours=HOURS,
    contacts=st.integers(0, 9),
    rounds=st.integers(0, 9),
    cycle=st.integers(1, 4),
    was_escalated=st.booleans(),
    empathy=SHARES,
    expectation=SHARES,
    relationship=SHARES,
    earlier_failures=st.integers(0, 2),
    last_recovery=st.sampled_from(LastRecovery),
    is_insatiable=st.booleans(),
)
answered: Final = encounters.map(
    lambda e: attrs.evolve(
        e,
        is_genuine=True,
        handling=Handling.RESOLVED if e.is_genuine else Handling.UNRESOLVED,
    )
)
resolved: Final = encounters.map(
    lambda e: attrs.evolve(e, is_genuine=True, handling=Handling.RESOLVED)
)
justices: Final = st.builds(Justice, SHARES, SHARES, SHARES)
felts: Final = st.builds(
    Felt,
    loss=SHARES,
    justice=justices,
    anger=SHARES,
    betrayal=SHARES,
    transaction=st.floats(-1, 1),
    lasting=st.floats(-1, 1),
)

SILENT: Final = Encounter(handling=Handling.SILENT, apologized=False)
UNRESOLVED: Final = Encounter(handling=Handling.UNRESOLVED)
FALSE: Final = Encounter(is_genuine=False)
EXCELLENT: Final = Encounter(
    severity=Severity.MINOR,
    worth=1.0,
    kinds=frozenset({RemedyKind.REDO}),
    empathy=1.0,
    owns=True,
)
MEDIOCRE: Final = Encounter(
    severity=Severity.MINOR,
    worth=1.0,
    kinds=frozenset({RemedyKind.CREDIT}),
    response_hours=24.0,
    resolution_hours=100.0,
)
OUTCOME: Final = FailureKind(aspect=Aspect.OUTCOME)
PROCESS: Final = FailureKind(aspect=Aspect.PROCESS)


def but(encounter: Encounter, **changes: Any) -> Encounter:
    """Take an encounter with some things otherwise."""
    return attrs.evolve(encounter, **changes)


def distributive(model: ReactionModel, encounter: Encounter, *felt: Felt) -> float:
    """Ask a model how just the outcome is."""
    return model(encounter, *felt or (Felt(),)).justice.distributive


def procedural(model: ReactionModel, encounter: Encounter) -> float:
    """Ask a model how just the way is."""
    return model(encounter, Felt()).justice.procedural


def interactional(model: ReactionModel, encounter: Encounter) -> float:
    """Ask a model how just the treatment is."""
    return model(encounter, Felt()).justice.interactional
