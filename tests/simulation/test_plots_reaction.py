"""Pictures of reactions: curves, their names, and what changes."""

from typing import Any

import pytest

from recovery_core import RemedyKind
from recovery_core.errors import InvalidValueError
from recovery_core.simulation import (
    plots,
)
from recovery_core.simulation.reactions import (
    AcceptedService,
    Betrayal,
    Compensation,
    DoubleDeviation,
    Encounter,
    Felt,
    GroupPlateau,
    Justice,
    JusticeSatisfaction,
    MatchInKind,
    MoneyOrWords,
    Overcompensation,
    RejectedService,
    SeverityLoss,
    Waiting,
    default_models,
)
from tests.support.pictures import assert_readable, note, title, written

# A figure of matplotlib says little about what is on it, to a type checker.
PLOTS: Any = plots
plot_comparison, plot_frontier = PLOTS.plot_comparison, PLOTS.plot_frontier
plot_paradox, plot_paths = PLOTS.plot_paradox, PLOTS.plot_paths
plot_reaction, plot_sweep = PLOTS.plot_reaction, PLOTS.plot_sweep


def test_a_model_is_drawn_as_a_curve() -> None:
    """Of what it changes, over all that was given."""
    figure = plot_reaction(RejectedService())
    (axes,) = figure.axes
    middle, curve = axes.lines

    assert middle.get_ydata() == [0.5, 0.5]
    assert curve.get_xdata()[[0, -1]].tolist() == [0, 2]
    assert curve.get_ydata()[90] == pytest.approx((0.1 + 0.85) / 2)
    assert title(figure) == "RejectedService: distributive justice rises with worth"
    assert axes.get_ylabel() == "distributive justice\n(0 to 1; dotted: neutral)"
    assert axes.get_xlabel().startswith("worth, as a share of the loss")
    assert note(figure) == ""
    assert written(figure) == []
    assert_readable(figure)


def test_curves_are_told_apart_at_their_ends() -> None:
    """By a field, by what happened, and by model."""
    by = plot_reaction(Compensation(), by="was_rejected")
    events = {"alone": Encounter(), "all": Encounter(is_shared=True)}
    shared = plot_reaction((AcceptedService(), GroupPlateau()), encounter=events)
    models = plot_reaction(
        {"one": AcceptedService(), "both": (AcceptedService(), GroupPlateau())},
        encounter=events,
        by="was_rejected",
        of="justice.distributive",
    )

    assert written(by) == ["was rejected = no", "was rejected = yes"]
    assert written(shared) == ["alone", "all"]
    assert len(written(models)) == 8
    assert written(models)[0] == "one, alone, was rejected =\nno"
    assert title(models) == "one and both: distributive justice rises with worth"
    for figure in (by, shared, models):
        assert_readable(figure)


def test_every_part_that_changes_has_a_panel() -> None:
    """Of all the usual models the title would be too long."""
    leave_out = (
        model for model in default_models() if not isinstance(model, SeverityLoss)
    )
    figure = plot_reaction(tuple(leave_out), encounter=Encounter(worth=0.5))
    assert [axes.get_ylabel().split("\n")[0] for axes in figure.axes] == [
        "distributive justice",
        "change of satisfaction at once",
        "change of lasting satisfaction",
    ]
    assert title(figure) == "13 models: what changes with worth"
    assert note(figure) == ""  # worth is what is drawn
    assert_readable(figure)


def test_both_changes_rise_with_justice() -> None:
    """All three sides are varied alike; what is as usual is not said."""
    figure = plot_reaction(
        (SeverityLoss(), JusticeSatisfaction()),
        "justice",
        of=("transaction", "lasting"),
        by="severity",
        felt=Felt(anger=0.5),
        encounter=Encounter(is_shared=True, kinds=frozenset({RemedyKind.REDO})),
    )
    assert len(figure.axes) == 2
    assert title(figure).endswith(
        "change of satisfaction at once and change of lasting satisfaction rise with "
        "justice"
    )
    assert note(figure) == "Where is shared = yes, kinds = redo and anger = 0.5."
    assert_readable(figure)


def test_what_rises_and_falls_is_said_so() -> None:
    """With the place where it turns; and where curves differ, only by what."""
    peak = plot_reaction((AcceptedService(), Overcompensation()))
    silent = plot_reaction(Waiting(), "response_hours", by="handling")
    differ = plot_reaction(
        {
            "AcceptedService": AcceptedService(),
            "Overcompensation": (AcceptedService(), Overcompensation()),
        }
    )
    two = plot_reaction(
        (AcceptedService(), Overcompensation(), JusticeSatisfaction()),
        of=("transaction", "lasting"),
    )
    part = "AcceptedService and Overcompensation: distributive justice"

    assert title(peak) == f"{part} rises to 1.5 with worth, then falls"
    assert title(differ).endswith("and Overcompensation: distributive justice by worth")
    assert title(silent) == "Waiting: procedural justice falls with response hours"
    assert title(two).endswith("change of lasting satisfaction by worth")


def test_steps_have_their_dots_and_names_stand_side_by_side() -> None:
    """A count is a whole number, a severity is in order, and a kind is neither."""
    counts = plot_reaction(DoubleDeviation(), "earlier_failures", of="transaction")
    order = plot_reaction(SeverityLoss(), "severity")
    kinds = plot_reaction(MatchInKind(), "kinds", by="kind.resource")
    flag = plot_reaction(Compensation(), "was_rejected", encounter=Encounter(worth=0.2))

    assert counts.axes[0].lines[1].get_xdata().tolist() == [0, 1, 2]
    assert counts.axes[0].get_xticks().tolist() == [0, 1, 2]
    assert counts.axes[0].lines[1].get_marker() == "o"
    assert [t.get_text() for t in order.axes[0].get_xticklabels()] == [
        *("minor", "moderate", "major", "critical")
    ]
    assert title(order) == "SeverityLoss: loss rises with severity"
    assert [t.get_text() for t in kinds.axes[1].get_xticklabels()] == [
        str(kind) for kind in RemedyKind
    ]
    assert kinds.axes[1].get_xticklabels()[0].get_rotation() == 90
    first, second = (kinds.axes[0].lines[n].get_xdata()[0] for n in (1, 2))
    assert 0 < second - first < 0.5
    assert kinds.axes[0].lines[1].get_linestyle() == "None"
    assert [t.get_text() for t in flag.axes[0].get_xticklabels()] == ["no", "yes"]
    for figure in (counts, order, kinds, flag):
        assert_readable(figure)


def test_a_parameter_of_a_model_can_be_varied() -> None:
    """After its class, however deep; of a number from curve to curve three values."""
    words = plot_reaction(
        (Compensation(), MoneyOrWords()), "MoneyOrWords.words", within=(0.5, 1)
    )
    deep = plot_reaction(
        Compensation(), by={"Compensation.rejected.nothing": (0.0, 0.3)}
    )
    unfair = Felt(justice=Justice(0.1, 0.1, 0.1))
    near = plot_reaction(Betrayal(), "justice", by="relationship", felt=unfair)
    assert title(words).endswith("distributive justice falls with words")
    assert words.axes[0].lines[1].get_xdata()[[0, -1]].tolist() == [0.5, 1]
    assert written(words) == []
    assert written(deep) == ["nothing = 0", "nothing = 0.3"]
    assert written(near) == [f"relationship = {n}" for n in ("0", "0.5", "1")]


def test_any_function_is_a_model() -> None:
    """It goes by its name; what it leaves as it is can be drawn if asked for."""

    def shrug(encounter: Encounter, felt: Felt, /) -> Felt:
        return felt

    figure = plot_reaction([shrug], of=["loss", "anger"], felt=Felt(loss=0.3))
    assert title(figure) == "shrug: loss and anger stay the same with worth"
    assert note(figure) == "Where loss = 0.3."
    with pytest.raises(InvalidValueError, match=r"nothing .* changes with 'worth'"):
        plot_reaction(shrug)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"models": 5}, "5 is no reaction model"),
        ({"models": []}, "a reaction is drawn of models"),
        ({"models": ["Waiting"]}, "a reaction is drawn of models"),
        ({"models": {}}, "no curve to draw"),
        ({"encounter": {}}, "no curve to draw"),
        ({"x": "speed"}, "'speed' cannot be varied: .*'worth'.*'loss'.*'Overcomp"),
        ({"x": "Waiting"}, "'Waiting' cannot be varied"),
        ({"x": "Waiting.speed"}, "cannot be varied"),
        ({"x": "Effort.round"}, "cannot be varied"),
        ({"x": "kind"}, "has no values to go through: .*'kind.aspect'"),
        ({"by": {"worth": []}}, "'worth' has no values: give at least one in by="),
        ({"by": "speed"}, "'speed' cannot be varied"),
        ({"within": (2, 1)}, r"within cannot be \(2, 1\) for 'worth'"),
        ({"within": 2}, "within cannot be 2"),
        ({"x": "severity", "within": (1, 2)}, "only where numbers are varied"),
        ({"of": "speed"}, "of cannot be 'speed': give one or several of loss"),
        ({"of": []}, r"of cannot be \[\]"),
        ({"path": "no/such/curve.png"}, "no folder 'no/such': make it first"),
    ],
)
def test_what_no_reaction_has_is_refused(change: Any, message: str) -> None:
    """Each refusal says the mend."""
    with pytest.raises(InvalidValueError, match=message):
        plot_reaction(**{"models": Waiting(), "x": "worth", **change})
