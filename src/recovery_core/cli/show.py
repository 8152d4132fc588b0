"""How the command line shows things, waits, and says that something went wrong."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from io import TextIOWrapper
from itertools import zip_longest
from shutil import get_terminal_size
from typing import Any, Final, NamedTuple, Protocol, TextIO, TypeAlias

from .._readable import json_escaped, readable, readable_lines
from .layout import breadth, records, widths, wrapped

__all__ = [
    "DONE",
    "NAME",
    "NO",
    "WRONG_USE",
    "Answer",
    "Commands",
    "PrintedTable",
    "StageProgress",
    "fail",
    "lines",
    "note",
    "progress_told",
    "sentence",
    "show",
    "terminal_width",
    "write_anything",
    "write_json",
]


class Commands(Protocol):
    """What takes commands, each with its own parser; `argparse` names no such type."""

    def add_parser(self, name: str, *, help: str, description: str) -> ArgumentParser:  # noqa: A002
        """Add a command."""
        ...


class StageProgress(Protocol):
    """What is told a stage, how much of it is done, and how much there is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Receive one stage."""
        ...


NAME: Final = "recovery-core"
DONE: Final = 0
NO: Final = 1
WRONG_USE: Final = 2
_BOUNDLESS: Final = 1 << 30
"""The width of what is no terminal."""

Answer: TypeAlias = tuple[int, Any, Callable[[], None]]
"""The exit code, what ``--json`` prints, and what shows it otherwise."""


def write_anything() -> None:
    """Write what the standard output has no signs for as escapes, and go on."""
    stream: Any = sys.stdout
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def write_json(value: object) -> None:
    """Print one JSON value, with escapes where the standard output needs them."""
    encoding = str(getattr(sys.stdout, "encoding", None)).lower()
    is_wide = encoding.replace("-", "").startswith("utf")
    text = json.dumps(value, ensure_ascii=not is_wide, allow_nan=False)
    print(json_escaped(text))


def lines(texts: Iterable[str]) -> None:
    """Print texts, one a line; on a terminal, long ones are broken between words."""
    room = terminal_width()
    for text in texts:
        line = readable(text)
        print("\n".join(wrapped(line, room) if room else [line]))


def terminal_width() -> int | None:
    """Return how wide the terminal is; None where the output goes elsewhere."""
    return get_terminal_size().columns if sys.stdout.isatty() else None


def sentence(text: str) -> str:
    """Make a sentence of what a command does; names in it keep their capitals."""
    return f"{text[:1].upper()}{text[1:]}."


def note(message: object) -> None:
    """Write to the standard error what somebody should know, and go on."""
    print(f"{NAME}: note: {readable_lines(str(message))}", file=sys.stderr)


def fail(message: object, code: int) -> int:
    """Write to the standard error what went wrong, and return the exit code."""
    print(f"{NAME}: {readable_lines(str(message))}", file=sys.stderr)
    return code


class PrintedTable(NamedTuple):
    """A table as it is printed; its last columns may be numbers."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: int = 2

    @property
    def numbers(self) -> range:
        """Return which columns are flush right."""
        return range(len(self.headings) - self.figures, len(self.headings))


def _readable(table: PrintedTable) -> PrintedTable:
    """Make every cell fit to stand on a line."""
    rows = tuple(tuple(map(readable, row)) for row in table.rows)
    headings = tuple(map(readable, table.headings))
    return PrintedTable(readable(table.title), headings, rows, table.figures)


def _is_rich(stream: TextIO) -> bool:
    """Return whether to draw: on a terminal, and where somebody installed a brush."""
    return stream.isatty() and find_spec("rich") is not None


def show(tables: Sequence[PrintedTable]) -> None:
    """Draw tables one below the other; on a narrow terminal, row by row."""
    room = terminal_width() or _BOUNDLESS
    for place, table in enumerate(map(_readable, tables)):
        lines([""] if place else [])
        cells, count = (table.headings, *table.rows), len(table.headings)
        framed = widths(cells, room - 3 * count - 1) if _is_rich(sys.stdout) else None
        if framed is not None:
            _show_rich(table, framed)
            continue
        bare = widths(cells, room - 2 * (count - 1))
        lines([table.title])
        if bare is None:
            lines(records(table.headings, table.rows))
        else:
            print("\n".join(_plain_lines(table, bare)))


def _show_rich(table: PrintedTable, shares: Sequence[int]) -> None:
    from rich import table as rich_table
    from rich.console import Console

    # Left to itself, it takes some terminals to be 80 wide, whatever they are.
    wide, high = get_terminal_size()
    console = Console(markup=False, highlight=False, width=wide, height=high)
    drawn = rich_table.Table(title=table.title, title_justify="left")
    for place, (heading, width) in enumerate(zip(table.headings, shares, strict=True)):
        drawn.add_column(
            heading,
            justify="right" if place in table.numbers else "left",
            width=width,
            overflow="fold",
        )
    for row in table.rows:
        drawn.add_row(*row)
    console.print(drawn)


def _plain_lines(table: PrintedTable, shares: Sequence[int]) -> Iterator[str]:
    """Write a table as aligned text; a cell may take several lines."""
    for row in (table.headings, *table.rows):
        cells = [
            _break_cell(cell, width) for cell, width in zip(row, shares, strict=True)
        ]
        for line in zip_longest(*cells, fillvalue=""):
            yield _row_line(line, shares, table.numbers)


def _break_cell(cell: str, width: int) -> list[str]:
    """Break a cell between words, flush on every line."""
    return [line.strip() for line in wrapped(cell, width)]


def _row_line(row: Sequence[str], shares: Sequence[int], numbers: range) -> str:
    blanks = [width - breadth(cell) for cell, width in zip(row, shares, strict=True)]
    cells = (
        f"{' ' * blank}{cell}" if place in numbers else f"{cell}{' ' * blank}"
        for place, (cell, blank) in enumerate(zip(row, blanks, strict=True))
    )
    return "  ".join(cells).rstrip()


def progress_told() -> AbstractContextManager[StageProgress]:
    """Return what shows progress on a terminal; where nobody watches, nothing."""
    if _is_rich(sys.stderr):
        return _rich_progress()
    return _plain_progress() if sys.stderr.isatty() else nullcontext(_ignore_stage)


def _ignore_stage(stage: str, done: int, total: int) -> None:
    """Ignore what is told."""


@contextmanager
def _plain_progress() -> Generator[StageProgress, None, None]:
    """Overwrite one line on the terminal until its stage is done, or given up."""
    is_open = False

    def write_stage(stage: str, done: int, total: int) -> None:
        nonlocal is_open
        is_open = done < total
        end = "" if is_open else "\n"
        line = f"\r{stage} {100 * done // total:3d} %"
        print(line, end=end, file=sys.stderr, flush=True)

    try:
        yield write_stage
    finally:
        if is_open:
            print(file=sys.stderr)


@contextmanager
def _rich_progress() -> Generator[StageProgress, None, None]:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    tasks: dict[str, TaskID] = {}
    console = Console(stderr=True)
    with Bars(console=console, transient=True, redirect_stdout=False) as bars:

        def write_stage(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total)

        yield write_stage
