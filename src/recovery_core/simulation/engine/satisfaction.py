"""What is felt about an encounter, in whole numbers, by plain Python."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..._domain.attribution import Locus
from ..._domain.failure import Detection, Severity
from ..reactions import Encounter, Handling, LastRecovery, apply_models
from ..world.world import World
from .draws import to_half_word_threshold
from .scale import to_parts_of_one
from .situations import Ending, Situation

__all__ = [
    "EMPATHY",
    "RECOVERIES",
    "RELATION",
    "Personal",
    "Reaction",
    "build_encounter",
    "compute_reaction",
]

RECOVERIES: Final = tuple(LastRecovery)
EMPATHY: Final = 4
"""Empathy is told in quarters."""
RELATION: Final = 2
"""Strength of the relationship is told in halves."""
_UNJUST: Final = (0.45, 0.30)


class Personal(NamedTuple):
    """What differs from customer to customer, in whole numbers."""

    is_genuine: int
    is_insatiable: int
    expectation: int
    empathy: int
    relation: int
    recent_failures: int
    last_recovery: int


class Reaction(NamedTuple):
    """What follows from an encounter, in whole numbers."""

    transaction: int
    lasting: int
    contests: int
    reopens: int
    grievance: int


def compute_reaction(
    world: World, situation: Situation, ending: Ending, person: Personal
) -> Reaction:
    """Work out what is felt about one encounter, in whole numbers.

    Args:
        world: Whose customers.
        situation: What the company sees of it.
        ending: Where the case stands.
        person: What differs from customer to customer.
    """
    encounter = build_encounter(world, situation, ending, person)
    felt = apply_models(world.reactions, encounter)
    just = felt.justice
    mean = (just.distributive + just.procedural + just.interactional) / 3
    return Reaction(
        transaction=to_parts_of_one(felt.transaction),
        lasting=to_parts_of_one(felt.lasting),
        contests=to_half_word_threshold(
            world.persistence.chance_to_contest(encounter, felt)
        ),
        reopens=to_half_word_threshold(
            world.persistence.chance_to_reopen(encounter, felt)
        ),
        grievance=sum(mean < bound for bound in _UNJUST),
    )


def build_encounter(
    world: World, situation: Situation, ending: Ending, person: Personal
) -> Encounter:
    """Return what a customer went through; see `compute_reaction`."""
    mode = world.modes[situation.mode]
    cause = mode.causes[situation.cause]
    found = Detection.COMPANY if situation.is_detected else Detection.COMPLAINT
    expectations = world.population.expectation.values
    return Encounter(
        kind=mode.kind,
        severity=Severity(situation.severity),
        is_compound=situation.is_compound,
        is_shared=mode.is_shared,
        was_rejected=mode.was_rejected,
        locus=Locus.FIRM if situation.blames_firm else cause.locus,
        stability=cause.stability,
        controllability=cause.controllability,
        is_genuine=bool(person.is_genuine),
        handling=ending.handling,
        detection=found,
        apologized=ending.handling is not Handling.SILENT,
        owns=ending.owns,
        worth=ending.worth,
        kinds=frozenset(remedy.kind for remedy in ending.remedies),
        has_choice=ending.has_choice,
        response_hours=float(ending.response_hours),
        resolution_hours=float(ending.resolution_hours),
        contacts=ending.contacts,
        rounds=ending.rounds,
        cycle=ending.cycle,
        was_escalated=ending.escalations > 0,
        empathy=person.empathy / EMPATHY,
        expectation=expectations[person.expectation],
        relationship=person.relation / RELATION,
        earlier_failures=person.recent_failures,
        last_recovery=RECOVERIES[person.last_recovery],
        is_insatiable=bool(person.is_insatiable),
    )
