"""How words, time and effort are felt: each model by itself."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given

from recovery_core._domain.failure import Detection
from recovery_core._domain.remedy import RemedyKind
from recovery_core.errors import InvalidValueError
from recovery_core.simulation.reactions import (
    ApologyQuality,
    Compensation,
    Effort,
    Encounter,
    Felt,
    MoneyOrWords,
    Waiting,
    apply_models,
)
from tests.support.reactions import (
    HOURS,
    OUTCOME,
    PROCESS,
    SHARES,
    SILENT,
    UNRESOLVED,
    answered,
    but,
    encounters,
    felts,
    interactional,
    procedural,
    resolved,
)

# Words


def test_roschk_2013_empathy_before_intensity_before_timing() -> None:
    """An apology gains most by empathy, then by owning up, then by coming early."""
    model = ApologyQuality()
    poorest = Encounter(empathy=0.0, owns=False, response_hours=1e9)
    base = interactional(model, poorest)
    empathic = interactional(model, but(poorest, empathy=1.0)) - base
    intense = interactional(model, but(poorest, owns=True)) - base
    early = interactional(model, but(poorest, response_hours=0.0)) - base
    assert empathic > intense > early > 0


@given(encounter=answered)
def test_smith_1999_words_and_initiative_matter_more_for_process_failures(
    encounter: Encounter,
) -> None:
    """Whatever an apology does, it does more of it where the process failed."""
    model = ApologyQuality()
    outcome = interactional(model, but(encounter, kind=OUTCOME)) - 0.5
    process = interactional(model, but(encounter, kind=PROCESS)) - 0.5
    assert abs(process) >= abs(outcome)
    unasked = but(encounter, detection=Detection.COMPANY)
    asked = but(encounter, detection=Detection.COMPLAINT)
    assert interactional(model, unasked) >= interactional(model, asked)


@given(encounter=answered, empathy=SHARES, hours=HOURS)
def test_a_better_apology_is_never_less_just(
    encounter: Encounter, empathy: float, hours: float
) -> None:
    """Empathy raises it, waiting lowers it, and none is worse than any."""
    model = ApologyQuality()
    cold, warm = sorted([encounter.empathy, empathy])
    said = but(encounter, apologized=True)
    assert interactional(model, but(said, empathy=cold)) <= interactional(
        model, but(said, empathy=warm)
    )
    soon, late = sorted([encounter.response_hours, hours])
    assert interactional(model, but(said, response_hours=late)) <= interactional(
        model, but(said, response_hours=soon)
    )
    assert interactional(model, but(said, apologized=False)) < interactional(
        model, said
    )


WORDS_ONLY = Encounter(worth=0.0, owns=True, empathy=0.9)
NOT_A_WORD = Encounter(worth=0.0, apologized=False)
COUPON = Encounter(worth=0.9, apologized=False, kinds=frozenset({RemedyKind.CREDIT}))


def just(words: float, encounter: Encounter) -> float:
    """Add up both sides, money and words weighed."""
    models = (Compensation(), ApologyQuality(), MoneyOrWords(words))
    justice = apply_models(models, encounter).justice
    return justice.distributive + justice.interactional


def test_halperin_2022_money_beats_any_wording() -> None:
    """A coupon beats an apology, and a bare apology can be worse than none."""
    assert just(0.1, COUPON) > just(0.1, WORDS_ONLY)
    assert just(0.0, WORDS_ONLY) < just(0.0, NOT_A_WORD)
    assert just(0.5, WORDS_ONLY) > just(0.5, NOT_A_WORD)


def test_abeler_2009_words_beat_a_little_money() -> None:
    """Where words weigh more, an apology does more than a sum."""
    assert just(0.9, WORDS_ONLY) > just(0.9, COUPON)


@pytest.mark.parametrize("words", [0.0, 0.3, 0.5, 1.0])
def test_halperin_2022_repeated_apologies_lose(words: float) -> None:
    """Each time it is made again, an apology is worth less."""
    paid = [but(COUPON, apologized=True, cycle=cycle) for cycle in (1, 2, 3)]
    first, second, third = (just(words, encounter) for encounter in paid)
    assert first > second > third
    assert just(words, but(COUPON, cycle=3)) == just(words, COUPON)


@given(encounter=encounters, felt=felts)
def test_in_the_middle_money_and_words_both_count_in_full(
    encounter: Encounter, felt: Felt
) -> None:
    """The parameter changes nothing at 1/2, for a first apology."""
    told = MoneyOrWords(0.5)(but(encounter, cycle=1), felt).justice
    assert attrs.astuple(told) == pytest.approx(attrs.astuple(felt.justice))


# Time and effort


def test_smith_1999_speed_is_procedural_justice() -> None:
    """At once is best, the usual time is neutral, never is worst."""
    at_once = Encounter()
    usual = Encounter(response_hours=24.0, resolution_hours=168.0)
    never = but(UNRESOLVED, response_hours=1e12)
    assert [procedural(Waiting(), e) for e in (at_once, usual)] == [1.0, 0.5]
    assert procedural(Waiting(), never) == pytest.approx(0.0, abs=1e-9)


@given(encounter=answered, response=HOURS, resolution=HOURS)
def test_waiting_is_never_more_just(
    encounter: Encounter, response: float, resolution: float
) -> None:
    """Both waits lower it, and no settlement is below any."""
    longer = but(
        encounter,
        response_hours=max(response, encounter.response_hours),
        resolution_hours=max(resolution, encounter.resolution_hours),
    )
    assert procedural(Waiting(), longer) <= procedural(Waiting(), encounter)
    unresolved = but(encounter, handling=UNRESOLVED.handling)
    assert procedural(Waiting(), unresolved) <= procedural(Waiting(), encounter)


def test_tax_1998_effort_is_procedural_justice() -> None:
    """Contacts, rounds and escalation take; the first of each is free."""
    model = Effort(contact=0.1, round=0.05, escalation=0.2)
    assert procedural(model, Encounter(contacts=0, rounds=0)) == 0.5
    assert procedural(model, Encounter(contacts=1, rounds=1)) == 0.5
    assert procedural(model, Encounter(contacts=3)) == pytest.approx(0.3)
    assert procedural(model, Encounter(rounds=3)) == pytest.approx(0.4)
    assert procedural(model, Encounter(was_escalated=True)) == pytest.approx(0.3)
    assert procedural(model, Encounter(contacts=99)) == 0


@given(encounter=resolved)
def test_effort_never_pleases(encounter: Encounter) -> None:
    """Trouble only takes."""
    assert procedural(Effort(), encounter) <= 0.5


@pytest.mark.parametrize("model", [Waiting(), Effort(), ApologyQuality()], ids=repr)
def test_who_kept_silent_judges_no_handling(model: Any) -> None:
    """There was none."""
    assert model(SILENT, Felt()) == Felt()


@pytest.mark.parametrize("wrong", [(0.5, 0.5, 0.2), (0.5, 0.3), 1, (2, 1, 0)], ids=repr)
def test_an_apology_weighs_empathy_most(wrong: Any) -> None:
    """Order is what the source gives, so it is held."""
    with pytest.raises(InvalidValueError, match="give three falling numbers"):
        ApologyQuality(weights=wrong)
