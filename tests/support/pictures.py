"""Helpers for tests of pictures: what is drawn, and whether it can be read."""

from itertools import combinations
from typing import Any

import attrs
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from recovery_core.engine import RecoveryEngine
from recovery_core.policy import Reimbursement
from recovery_core.simulation import (
    Company,
    Estimate,
    Manifest,
    Result,
    Sweep,
)
from recovery_core.simulation.sweeps.design import design_of

BLUE, RED, GREY = "#0072B2", "#D55E00", "#555555"
COMPANY = Company(engine=RecoveryEngine(policy=Reimbursement()), name="Parcels")


CAPS = {"cap": (40, 0, 20), "who": ("agent", "lead")}


def called(result: Result, name: str, **more: int) -> Result:
    """Give a result another name, and some of its sums another size, in per cent."""
    groups = {
        key: np.diff(sums.cumsum() * more.get(key, 100) // 100, prepend=0)
        for key, sums in result.totals.groups.items()
    }
    company = attrs.evolve(result.company, name=name)
    totals = attrs.evolve(result.totals, groups=groups)
    return attrs.evolve(result, company=company, totals=totals)


def written(figure: Any) -> list[str]:
    """Tell what is written in the panels, beside the axes."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def dots(axes: Any) -> list[tuple[float, float, str]]:
    """Tell where dots with intervals are, and in which colour."""
    found = (box.lines[0] for box in axes.containers)
    return [(*map(float, dot.get_xydata()[0]), dot.get_color()) for dot in found]


def note(figure: Any) -> str:
    """Tell what stands below, without its line breaks."""
    return str(figure.get_supxlabel()).replace("\n", " ")


def title(figure: Any) -> str:
    """Tell what stands above, without its line breaks."""
    return str(figure.get_suptitle()).replace("\n", " ")


def seen(axis: Any) -> list[Any]:
    """Find the labels of an axis that are within its ends."""
    low, high = sorted(axis.get_view_interval())
    places = axis.get_majorticklocs()
    labels = axis.get_ticklabels()
    return [
        text
        for place, text in zip(places, labels, strict=False)
        if low <= place <= high
    ]


def assert_readable(figure: Any) -> None:
    """Find every word inside the picture, and no name over another."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    words = [figure._suptitle, figure._supxlabel]
    for axes in figure.axes:
        words += [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts]
        words += [*seen(axes.xaxis), *seen(axes.yaxis)]
    boxes = [Text.get_window_extent(text) for text in words if text.get_text()]
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1
    names = [
        Text.get_window_extent(text)  # without the line that leads to it
        for axes in figure.axes
        for text in axes.texts
        if text.get_text()
    ]
    assert not any(one.overlaps(other) for one, other in combinations(names, 2))
    above = figure._suptitle.get_window_extent()
    assert not any(above.overlaps(name) for name in names)


def swept(design: Any, value: Any, *, seeds: int = 1, outcome: str = "cost") -> Sweep:
    """Make up a sweep: what its outcome comes to is a function of the parameters."""
    plan = design_of(design)
    points = range(len(plan.points))
    manifest = Manifest(
        design=plan,
        seeds=tuple(range(seeds)),
        customers=2_000,
        months=12,
        outcomes=(outcome,),
        currency="EUR",
        companies=("c",) * len(points),
        policies=("p",) * len(points),
        worlds=("w",) * len(points),
    )
    runs = tuple(
        tuple(
            (Estimate(value(**plan.at(p)) + seed, 0.5, 10**6),) for seed in range(seeds)
        )
        for p in points
    )
    return Sweep(manifest, runs)


def by_cap(cap: int, who: str) -> float:
    """Let the cost grow with the cap, and be less with a lead."""
    return cap / 2 - (who == "lead")
