"""How tables and prose are laid out in the width of a terminal, no word cut in two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import TextWrapper
from typing import Final
from unicodedata import combining, east_asian_width

__all__ = ["breadth", "records", "widths", "wrapped"]

_HANGING: Final = "  "
_TALLEST: Final = 4
"""Lines of a cell, above which a column is too narrow to read."""


def breadth(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    signs = (sign for sign in text if not combining(sign))
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in signs)


def wrapped(text: str, room: int) -> list[str]:
    """Break a line between words; what follows hangs below it.

    Args:
        text: One line; a word that is too long for the terminal stays whole.
        room: How many cells there are.
    """
    if breadth(text) <= room:
        return [text]
    indent = text[: len(text) - len(text.lstrip())]
    wrapper = TextWrapper(
        room,
        subsequent_indent=indent + _HANGING,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.wrap(text)


def widths(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Share the room out among the columns of a table.

    Names stand in the first column, and are never broken; elsewhere only between words.

    Args:
        rows: The cells, headings among them.
        room: How many cells of the terminal there are for all columns.

    Returns:
        The width of each column; None where the longest words do not fit, or a cell
        would become a tower.
    """
    columns = [*zip(*rows, strict=True)]
    most = [max(map(breadth, column)) for column in columns]
    if sum(most) <= room:
        return most
    least = [max(map(_longest_word, column)) for column in columns]
    least[0] = most[0]
    spare = room - sum(least)
    if spare < 0:
        return None
    wanted = [wide - narrow for wide, narrow in zip(most, least, strict=True)]
    shares = [
        narrow + spare * more // sum(wanted)
        for narrow, more in zip(least, wanted, strict=True)
    ]
    cells = (cell for row in rows for cell in zip(row, shares, strict=True))
    is_tall = any(len(wrapped(cell, width)) > _TALLEST for cell, width in cells)
    return None if is_tall else shares


def _longest_word(text: str) -> int:
    return max(map(breadth, text.split()), default=0)


def records(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write a table that is too wide one cell a line, each row below its name."""
    for row in rows:
        for place, (heading, cell) in enumerate(zip(headings, row, strict=True)):
            if cell:
                told = f"{heading}: {cell}" if heading else cell
                yield f"{_HANGING if place else ''}{told}"
