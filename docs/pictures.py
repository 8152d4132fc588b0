"""Draw the pictures of the documentation, from the library as it is."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib import rc_context

from recovery_core import Money
from recovery_core.policy import Reimbursement, capped
from recovery_core.simulation import frontier
from recovery_core.simulation import reactions as r
from recovery_core.simulation.plots import plot_frontier, plot_reaction


def write(folder: Path) -> None:
    """Write every picture, unless it stands there already."""
    # The same picture has the same bytes, so that a rebuild stays short.
    with rc_context({"svg.hashsalt": "recovery_core"}):
        for name, figure in pictures():
            drawn = BytesIO()
            figure.savefig(drawn, format="svg", metadata={"Date": None})
            path = folder / f"{name}.svg"
            if not path.exists() or path.read_bytes() != drawn.getvalue():
                path.write_bytes(drawn.getvalue())


def pictures() -> Iterator[tuple[str, Any]]:
    """Give each picture with its name."""
    yield "frontier", plot_frontier(frontier(caps(), customers=4_000, months=24))
    for name, figure in (*lost_and_given(), *said_and_waited(), *past_and_result()):
        yield f"reaction_{name}", figure


def caps() -> dict[str, Any]:
    """Give up to so much of what was lost."""
    family: dict[str, Any] = {
        f"at most EUR {euros}": capped(Reimbursement(), at=Money(f"{euros}.00", "EUR"))
        for euros in (0, 10, 25, 50)
    }
    return {**family, "all of it": Reimbursement()}


def lost_and_given() -> Iterator[tuple[str, Any]]:
    """Draw what was lost, and what was given for it."""
    yield "severity_loss", plot_reaction(r.SeverityLoss(), "severity", by="is_compound")
    figure: Any = plot_reaction(r.Compensation(), by="was_rejected")
    axes = figure.axes[0]
    axes.axvspan(0.6, 1.2, color="#EEEEEE", zorder=0)
    axes.text(0.9, 0.03, "steepest", ha="center", color="#555555", fontsize=9)
    yield "compensation", figure
    eaten = r.Encounter(was_rejected=False)
    yield (
        "overcompensation",
        plot_reaction(
            {
                "AcceptedService": r.AcceptedService(),
                "Overcompensation": (r.AcceptedService(), r.Overcompensation()),
            },
            within=(0, 3),
            encounter=eaten,
        ),
    )
    shared = r.Encounter(was_rejected=False, is_shared=True)
    models = (r.AcceptedService(), r.GroupPlateau())
    both = {"one customer": eaten, "a group": shared}
    yield "group_plateau", plot_reaction(models, encounter=both)
    yield "match_in_kind", plot_reaction(r.MatchInKind(), "kinds", by="kind.resource")


def said_and_waited() -> Iterator[tuple[str, Any]]:
    """Draw what was said, and what it cost to be heard."""
    waits = {"response_hours": (0.0, 24.0, 72.0)}
    yield "apology_quality", plot_reaction(r.ApologyQuality(), "empathy", by=waits)
    models = (
        *(r.SeverityLoss(), r.Compensation(), r.ApologyQuality(), r.MoneyOrWords()),
        r.JusticeSatisfaction(),
    )
    given: dict[str, Any] = {"worth": 0.0, "apologized": False, "was_rejected": False}
    treated = {
        "an apology": {"apologized": True, "owns": True, "empathy": 0.9},
        "a coupon": {"worth": 0.1},
        "neither": {},
    }
    yield (
        "money_or_words",
        plot_reaction(
            models,
            "MoneyOrWords.words",
            of="transaction",
            encounter={n: r.Encounter(**{**given, **t}) for n, t in treated.items()},
        ),
    )
    by = {"handling": (r.Handling.RESOLVED, r.Handling.UNRESOLVED)}
    yield "waiting", plot_reaction(r.Waiting(), "response_hours", by=by)
    yield "effort", plot_reaction(r.Effort(), "contacts", by="was_escalated")
    yield (
        "perceived_cause",
        plot_reaction(r.PerceivedCause(), "loss", of="anger", by="locus"),
    )


def past_and_result() -> Iterator[tuple[str, Any]]:
    """Draw what came before, and what becomes of it."""
    yield (
        "betrayal",
        plot_reaction(r.Betrayal(), "justice", of="betrayal", by="relationship"),
    )
    just = r.Felt(justice=r.Justice(0.9, 0.6, 0.3))
    yield "negativity", plot_reaction(r.Negativity(), "anger", felt=just)
    ends = {
        "good, poor before": (1.0, r.LastRecovery.POOR),
        "good, good before": (1.0, r.LastRecovery.GOOD),
        "poor, good before": (0.0, r.LastRecovery.GOOD),
        "poor, poor before": (0.0, r.LastRecovery.POOR),
    }
    models = (*r.usual()[:2], r.JusticeSatisfaction(), r.DoubleDeviation())
    yield (
        "double_deviation",
        plot_reaction(
            models,
            "earlier_failures",
            of=("transaction", "lasting"),
            encounter={
                name: r.Encounter(worth=worth, last_recovery=last, was_rejected=False)
                for name, (worth, last) in ends.items()
            },
        ),
    )
    yield (
        "justice_satisfaction",
        plot_reaction(
            (r.SeverityLoss(), r.JusticeSatisfaction()),
            "justice",
            of=("transaction", "lasting"),
            by="severity",
        ),
    )
