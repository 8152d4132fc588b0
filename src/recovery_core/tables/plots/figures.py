"""Empty figures for all pictures, and where pictures may be written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..._importing import load_package
from ...errors import InvalidValueError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["build_empty_figure", "parse_picture_path"]

_SUFFIXES: Final = {".png", ".svg"}


def parse_picture_path(path: str | Path | None) -> Path | None:
    """Convert a path to one that a picture can be written to; None stays None.

    Raises:
        InvalidValueError: There is no such folder or format.
    """
    if path is None:
        return None
    picture_path = Path(path)
    if picture_path.suffix.lower() not in _SUFFIXES:
        raise InvalidValueError(
            f"{picture_path.name!r} is no picture: end its name in .png or .svg"
        )
    if not picture_path.parent.is_dir():
        raise InvalidValueError(
            f"there is no folder {str(picture_path.parent)!r}: make it first"
        )
    return picture_path


def build_empty_figure(size: tuple[float, float] | None = None) -> Figure:
    """Return a figure with nothing on it, which a notebook shows.

    Args:
        size: Its width and its height; those usual in matplotlib unless given.

    Raises:
        MissingPackageError: There is no matplotlib.

    Units: inches.
    """
    load_package("matplotlib.figure", "a picture")
    from .notebook import NotebookFigure  # noqa: PLC0415 - it stands on matplotlib

    return NotebookFigure(figsize=size, layout="constrained")
