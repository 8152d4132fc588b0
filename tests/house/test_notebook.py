"""Pictures in a notebook, run by a kernel."""

import json
import os
import pickle
import subprocess
import sys
from base64 import b64decode
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from recovery_core.schedules import delay_repay_15
from recovery_core.simulation import plots
from recovery_core.simulation.reactions import Waiting
from recovery_core.tables import plot_table

CHILD = Path(__file__).with_name("notebook.py")
TABLE = """
from recovery_core.tables import plot_table
from recovery_core.schedules import delay_repay_15
picture = plot_table(delay_repay_15.table(), "arrival_delay", "price")
"""
REACTION = """
from recovery_core.simulation import plots
from recovery_core.simulation.reactions import Waiting
curve = plots.plot_reaction(Waiting(), "response_hours")
"""
needs_kernel = pytest.mark.skipif(
    find_spec("nbclient") is None or find_spec("ipykernel") is None,
    reason="needs nbclient and ipykernel: pip install -e '.[test]'",
)


def run(*cells: str) -> list[list[dict[str, Any]]]:
    """Run cells in a kernel of their own, in which nothing has been imported."""
    # Whoever draws in earnest has a backend; none is chosen for the kernel.
    kept = {name: each for name, each in os.environ.items() if name != "MPLBACKEND"}
    found = subprocess.run(
        [sys.executable, str(CHILD)],
        input=json.dumps(cells),
        capture_output=True,
        text=True,
        check=False,
        env=kept,
    )
    assert not found.returncode, found.stderr
    outputs: list[list[dict[str, Any]]] = json.loads(found.stdout)
    return outputs


def pictures(outputs: list[dict[str, Any]]) -> list[str]:
    """Return the pictures that a cell shows."""
    return [o["data"]["image/png"] for o in outputs if "image/png" in o.get("data", {})]


@needs_kernel
@pytest.mark.parametrize(
    "before",
    ["", "import matplotlib.pyplot", "%matplotlib inline"],
    ids=["bare", "pyplot", "inline"],
)
def test_a_picture_is_shown_once_by_its_name(before: str) -> None:
    """On the last line of a cell, whatever the notebook knows of matplotlib."""
    cells = (before, TABLE, "picture", REACTION + "curve", "curve, 1", "2 * 3")
    _, drawn, named, whole, pair, number = run(*cells)
    assert drawn == []  # it is not shown where nobody asks for it
    for outputs in (named, whole):
        assert len(outputs) == 1
        (png,) = pictures(outputs)
        assert b64decode(png).startswith(b"\x89PNG")
        assert outputs[0]["data"]["text/plain"].startswith("<NotebookFigure size ")
    assert pictures(pair) == []
    assert number[0]["data"] == {"text/plain": "6"}


def test_a_picture_is_as_large_as_it_is_meant_and_twice_as_sharp() -> None:
    """The size is told beside, so that no notebook shows it larger."""
    figure = plot_table(delay_repay_15.table(), "arrival_delay", "price")
    png, size = figure._repr_png_()  # type: ignore[attr-defined]
    wide, high = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert size == {
        "width": round(figure.get_figwidth() * figure.dpi),
        "height": round(figure.get_figheight() * figure.dpi),
    }
    assert abs(wide / size["width"] - 160 / figure.dpi) < 0.01
    assert abs(high / size["height"] - 160 / figure.dpi) < 0.01


def test_a_picture_is_a_figure_like_any_other() -> None:
    """It is saved as before, travels, and opens no window."""
    figure = plots.plot_reaction(Waiting(), "response_hours")
    copy = pickle.loads(pickle.dumps(figure))  # noqa: S301 - our own
    assert type(copy) is type(figure)
    copy.savefig(BytesIO(), format="svg")
    code = (
        "import sys\n"
        "from recovery_core.tables import plot_table\n"
        "from recovery_core.schedules import delay_repay_15\n"
        "table = delay_repay_15.table()\n"
        "sys.displayhook(plot_table(table, 'arrival_delay', 'price'))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.startswith("<NotebookFigure size ")
