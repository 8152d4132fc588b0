"""The figure that all pictures are drawn on; importing this loads matplotlib."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, cast

from ..._importing import load_package

if TYPE_CHECKING:
    from matplotlib.figure import Figure
else:
    Figure = load_package("matplotlib.figure", "a picture").Figure

__all__ = ["NotebookFigure"]

_DPI: Final = 160


class NotebookFigure(Figure):
    """A figure of matplotlib that a notebook shows at the end of a cell.

    A notebook knows how to show the figures of pyplot alone, and those only once it is
    imported. Where it knows more, as after ``%matplotlib inline``, it goes by that.
    """

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Draw it for a notebook, sharp, and as large as it is meant to be."""
        drawn, figure = BytesIO(), cast("Any", self)
        figure.savefig(drawn, format="png", dpi=_DPI)
        wide, high = (round(inches * self.dpi) for inches in self.get_size_inches())
        return drawn.getvalue(), {"width": wide, "height": high}
