"""Draw the pictures of README and the documentation, from the library as it is.

``python docs/pictures.py`` writes those that differ in what they show into
docs/images; a test holds them equal.
"""

import re
import sys
from collections.abc import Iterator
from hashlib import blake2b
from math import isclose
from pathlib import Path
from typing import Any

from matplotlib import rc_context

from recovery_core import Award, Claim, Money, Reason, RecoveryEngine, Rounding
from recovery_core.policy import CompensationPolicy, Reimbursement, capped, scaled
from recovery_core.simulation import Company, Delay, frontier
from recovery_core.simulation import reactions as r
from recovery_core.simulation.plots import plot_frontier, plot_paradox, plot_reaction

sys.path.append(str(Path(__file__).parent))

import study

FOLDER = Path(__file__).parent / "images"


def write() -> None:
    """Write every picture that shows something else than the file of its name."""
    for name, figure in pictures():
        if is_drawn(name, figure):
            continue
        words, numbers = summary(figure)
        shows = " ".join(["shows", words, *(f"{number:.6g}" for number in numbers)])
        # The same picture has the same bytes on the same machine.
        with rc_context({"svg.hashsalt": "recovery_core"}):
            metadata = {"Date": None, "Description": shows}
            figure.savefig(FOLDER / f"{name}.svg", metadata=metadata)
        print(name)


def is_drawn(name: str, figure: Any) -> bool:
    """Tell whether the file shows what the figure does, to the eye.

    Bytes change with every release of matplotlib, last digits with the machine.
    """
    path = FOLDER / f"{name}.svg"
    found = path.exists() and re.search(r">shows ([^<]+)<", path.read_text("utf-8"))
    if not found:
        return False
    words, numbers = summary(figure)
    drawn, *places = found[1].split()
    return (
        drawn == words
        and len(places) == len(numbers)
        and all(
            isclose(float(place), number, rel_tol=1e-3, abs_tol=1e-6)
            for place, number in zip(places, numbers, strict=True)
        )
    )


def summary(figure: Any) -> tuple[str, list[float]]:
    """Sum up what a picture shows: a hash of its words, and where its marks lie."""
    words = [text.get_text() for text in figure.texts]
    marks = []
    for axes in figure.axes:
        words += axes.get_title(), axes.get_xlabel(), axes.get_ylabel()
        words += (text.get_text() for text in axes.texts)
        marks += (line.get_xydata() for line in axes.lines)
        marks += (
            path.vertices for each in axes.collections for path in each.get_paths()
        )
    # Where a line of text is broken depends on the font.
    text = "\n".join(" ".join(each.split()) for each in words)
    numbers = [
        float(number)
        for mark in marks
        if len(mark)
        for number in (*mark.mean(axis=0), *mark.min(axis=0), *mark.max(axis=0))
    ]
    return blake2b(text.encode(), digest_size=8).hexdigest(), numbers


def pictures() -> Iterator[tuple[str, Any]]:
    """Give each picture with its name."""
    yield "cost_and_retention", cost_and_retention()
    yield "frontier", plot_frontier(frontier(caps(), customers=4_000, months=24))
    empowered = study.companies()["empowered"]
    yield "study_paradox", plot_paradox(study.against_twins(empowered))
    for name, figure in (*lost_and_given(), *said_and_waited(), *past_and_result()):
        yield f"reaction_{name}", figure


def cost_and_retention() -> Any:
    """Draw what it costs to keep customers, quickly and slowly."""
    refund, waits = Reimbursement(), {"in an hour": 1, "in 3 days": 72}
    family: dict[str, Company | CompensationPolicy] = {"nothing": nothing}
    for share, what in {"1/4": "a quarter", "1/2": "half", "1": "all"}.items():
        engine = RecoveryEngine(policy=scaled(refund, share, rounding=Rounding.HALF_UP))
        for wait, hours in waits.items():
            answers = Delay(median=hours)
            family[f"{what} {wait}"] = Company(engine=engine, response=answers)
    return plot_frontier(frontier(family, customers=20_000, months=24, seed=7))


def nothing(claim: Claim) -> Award:
    """Say sorry, and give nothing."""
    return Award.nothing(Reason("no", "nothing is given"))


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
    models = (*r.default_models()[:2], r.JusticeSatisfaction(), r.DoubleDeviation())
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


if __name__ == "__main__":
    write()
