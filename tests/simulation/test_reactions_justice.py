"""How loss and money are felt, each model by itself, and what models are built with."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.failure import FailureKind, Resource, Severity
from recovery_core._domain.remedy import RemedyKind
from recovery_core.errors import InvalidValueError
from recovery_core.simulation.reactions import (
    AcceptedService,
    ApologyQuality,
    Compensation,
    Effort,
    Encounter,
    Felt,
    GroupPlateau,
    Justice,
    MatchInKind,
    MoneyOrWords,
    Overcompensation,
    RejectedService,
    SeverityLoss,
    Waiting,
)
from tests.support.reactions import (
    FALSE,
    PROCESS,
    SILENT,
    UNRESOLVED,
    answered,
    but,
    distributive,
    encounters,
    felts,
)

LEVELS = [n / 5 for n in range(11)]  # the eleven levels, 0 to 200 %


def remedied(remedy: RemedyKind, /, **more: Any) -> Encounter:
    """Give one remedy."""
    return Encounter(kinds=frozenset({remedy}), **more)


def rises(values: list[float]) -> list[float]:
    """Tell how much each value is above the one before."""
    return [after - before for before, after in pairwise(values)]


# Severity


def test_magnini_2004_process_failures_are_forgiven_more() -> None:
    """The loss grows with severity, more when compound, less when process failed."""
    model = SeverityLoss(by_severity=(0.1, 0.2, 0.4, 0.8), compound=1.5, forgiven=0.5)
    by = [model(Encounter(severity=s), Felt()).loss for s in Severity]
    assert by == [0.1, 0.2, 0.4, 0.8]
    critical = Encounter(severity=Severity.CRITICAL)
    assert model(but(critical, kind=PROCESS), Felt()).loss == 0.4
    assert model(but(critical, is_compound=True), Felt()).loss == 1.0
    both = but(critical, is_compound=True, kind=PROCESS)
    assert model(both, Felt()).loss == pytest.approx(0.6)


def test_nothing_that_failed_takes_nothing() -> None:
    """An opportunistic claim has no loss."""
    assert SeverityLoss()(FALSE, Felt()) == Felt()


# Compensation


def test_gelbrich_2015_rejected_service_is_s_shaped_steepest_from_60_to_120() -> None:
    """Of all stretches as long, the one from 60 to 120 % of the price brings most."""
    model = RejectedService()
    levels = [distributive(model, Encounter(worth=w)) for w in LEVELS]
    stretches = [levels[n + 3] - levels[n] for n in range(len(levels) - 3)]
    assert max(stretches) == stretches[LEVELS.index(0.6)]
    assert stretches[LEVELS.index(0.6)] > 0.8 * (levels[-1] - levels[0])
    steps = rises(levels)
    assert steps[0] < steps[1] < steps[2] < steps[3]
    assert steps[-1] < steps[-2] < steps[-3] < steps[-4]


def test_gelbrich_2015_accepted_service_is_concave() -> None:
    """The first money works most, and each that follows less."""
    model = AcceptedService()
    steps = rises([distributive(model, Encounter(worth=w)) for w in LEVELS])
    assert all(step > 0 for step in steps)
    assert steps == sorted(steps, reverse=True)


def test_gelbrich_2015_what_the_customer_did_with_the_service_picks_the_curve() -> None:
    """The same little money is much to who ate, and nothing to who sent it back."""
    for was_rejected, model in ((True, RejectedService()), (False, AcceptedService())):
        encounter = Encounter(worth=0.2, was_rejected=was_rejected)
        assert distributive(Compensation(), encounter) == distributive(model, encounter)
    sent_back, eaten = Encounter(worth=0.2), Encounter(worth=0.2, was_rejected=False)
    assert distributive(Compensation(), sent_back) < distributive(Compensation(), eaten)


@pytest.mark.parametrize("model", [RejectedService(), AcceptedService()], ids=repr)
@given(encounter=answered, other=st.floats(0, 20))
def test_more_is_never_less_just(
    model: Any, encounter: Encounter, other: float
) -> None:
    """Both curves rise within their ends."""
    low, high = sorted([encounter.worth, other])
    little = distributive(model, but(encounter, worth=low))
    much = distributive(model, but(encounter, worth=high))
    assert model.nothing <= little <= much <= model.most


@pytest.mark.parametrize("model", [RejectedService(), AcceptedService()], ids=repr)
def test_an_unresolved_complaint_was_given_nothing(model: Any) -> None:
    """No figure of worth changes that; and silence judges nobody."""
    nothing = distributive(model, Encounter(worth=0.0))
    assert distributive(model, but(UNRESOLVED, worth=1.0)) == nothing < 0.5
    assert model(SILENT, Felt()) == Felt()


@pytest.mark.parametrize(
    ("worth", "left"),
    [(0.0, 0.9), (1.5, 0.9), (2.0, 0.8), (3.0, 0.6), (3.1, 0.6), (99.0, 0.6)],
)
def test_haesevoets_2017_more_than_150_percent_is_too_much(
    worth: float, left: float
) -> None:
    """What is beyond the peak is taken from justice, down to a bound."""
    just = Felt(justice=Justice(distributive=0.9))
    told = distributive(Overcompensation(), Encounter(worth=worth), just)
    assert told == pytest.approx(left)
    unpaid = but(UNRESOLVED, worth=worth)
    assert distributive(Overcompensation(), unpaid, just) == 0.9


def test_albrecht_2018_a_group_levels_off_sooner_and_lower() -> None:
    """Equal in the middle, lower at the top, and the returns diminish faster."""
    shared = Encounter(is_shared=True)
    alone = [n / 20 for n in range(21)]
    group = [
        distributive(GroupPlateau(), shared, Felt(justice=Justice(level)))
        for level in alone
    ]
    assert group[:11] == alone[:11]
    assert all(g < a for g, a in zip(group[11:], alone[11:], strict=True))
    assert rises(group[10:]) == sorted(rises(group[10:]), reverse=True)
    assert group[-1] < 0.7


@given(encounter=encounters, felt=felts)
def test_who_was_failed_alone_knows_no_group(encounter: Encounter, felt: Felt) -> None:
    """Only a shared failure that was settled is compared with others'."""
    alone = but(encounter, is_shared=False)
    assert GroupPlateau()(alone, felt) == felt
    assert GroupPlateau()(but(UNRESOLVED, is_shared=True), felt) == felt


# In kind


@pytest.mark.parametrize(
    ("lost", "matching"),
    [
        (Resource.MONEY, {RemedyKind.CASH, RemedyKind.REFUND}),
        (Resource.PRODUCT, {RemedyKind.REPLACEMENT, RemedyKind.REPAIR}),
        (Resource.SERVICE, {RemedyKind.REDO}),
        (Resource.ATTENTION, {RemedyKind.CARE, RemedyKind.EXPLANATION}),
    ],
)
def test_roschk_2014_repaying_in_kind_works_best_and_at_once(
    lost: Resource, matching: set[RemedyKind]
) -> None:
    """A match at once beats a late one, and that beats everything else."""

    def lift(kind: RemedyKind, hours: float) -> float:
        encounter = remedied(
            kind, kind=FailureKind(resource=lost), resolution_hours=hours
        )
        justice = MatchInKind()(encounter, Felt()).justice
        return justice.distributive + justice.interactional - 1

    at_once = {kind: lift(kind, 24.0) for kind in RemedyKind}
    late = {kind: lift(kind, 24.1) for kind in RemedyKind}
    others = set(RemedyKind) - matching
    assert min(at_once[kind] for kind in matching) > max(late.values())
    assert min(late[k] for k in matching) > max(at_once[k] for k in others)


def test_stakhovych_2020_store_credit_is_best_where_nothing_matches() -> None:
    """Of all that does not repay in kind, credit does most."""
    lifts = {k: distributive(MatchInKind(), remedied(k)) for k in RemedyKind}
    del lifts[RemedyKind.REDO]
    assert max(lifts, key=lifts.__getitem__) is RemedyKind.CREDIT
    assert sorted(lifts.values())[-2] == 0.5


def test_lost_attention_is_repaid_with_attention() -> None:
    """Care lifts the side of the treatment; money does not."""
    ignored = FailureKind(resource=Resource.ATTENTION)
    told = MatchInKind()(remedied(RemedyKind.CARE, kind=ignored), Felt()).justice
    assert told.interactional > told.distributive == 0.5


def test_what_was_only_talked_about_matches_nothing() -> None:
    """Without a settlement nothing was repaid."""
    promised = but(UNRESOLVED, kinds=frozenset({RemedyKind.REDO}))
    assert MatchInKind()(promised, Felt()) == Felt()


# What they may be built with

NUMBER = r"cannot be .*: give a number from"
SEVERITIES = "give four numbers from 0 to 1, minor to critical"
NOT_NUMBERS = (-0.1, "1", None, True, float("nan"), float("inf"), 1e9)


@pytest.mark.parametrize(
    "model",
    [
        SeverityLoss,
        RejectedService,
        AcceptedService,
        Overcompensation,
        GroupPlateau,
        MatchInKind,
        ApologyQuality,
        MoneyOrWords,
        Waiting,
        Effort,
    ],
)
@pytest.mark.parametrize("wrong", NOT_NUMBERS, ids=repr)
def test_a_number_out_of_bounds_is_refused(model: Any, wrong: Any) -> None:
    """Each parameter that is one number says its bounds."""
    single = [f.name for f in attrs.fields(model) if isinstance(f.default, float)]
    assert single
    for name in single:
        with pytest.raises(InvalidValueError, match=NUMBER):
            model(**{name: wrong})


@pytest.mark.parametrize(
    "wrong",
    [0.1, (0.1, 0.2, 0.3), [0, 0, 0, 0], (0.2, 0.1, 0.3, 0.4), (0, 0, 0, 1.1)],
    ids=repr,
)
def test_a_loss_for_each_severity_that_does_not_fall(wrong: Any) -> None:
    """Four numbers, none below the last."""
    with pytest.raises(InvalidValueError, match=SEVERITIES):
        SeverityLoss(by_severity=wrong)


@pytest.mark.parametrize("model", [RejectedService, AcceptedService])
def test_the_most_is_more_than_nothing(model: Any) -> None:
    """A curve that does not rise is none."""
    with pytest.raises(InvalidValueError, match=r"give more than nothing=0\.5"):
        model(nothing=0.5, most=0.5)


def test_the_plateau_is_above_the_middle() -> None:
    """Else there would be no room to level off in."""
    with pytest.raises(InvalidValueError, match=r"give more than middle=0\.7"):
        GroupPlateau(middle=0.7, plateau=0.7)


def test_credit_is_less_than_a_late_match() -> None:
    """A match beats what does not match, early or late."""
    with pytest.raises(InvalidValueError, match="give less than a match"):
        MatchInKind(lift=0.1, delayed=0.5, credit=0.05)


@pytest.mark.parametrize("side", ["rejected", "accepted"])
def test_both_curves_can_be_asked(side: str) -> None:
    """A class is no model before it is built."""
    unbuilt: dict[str, Any] = {side: RejectedService}
    with pytest.raises(InvalidValueError, match="build one with its parameters"):
        Compensation(**unbuilt)
