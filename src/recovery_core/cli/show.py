"""How the command line shows things, waits, and says that something went wrong."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from io import TextIOWrapper
from typing import Any, Final, NamedTuple, Protocol, TextIO, TypeAlias

__all__ = [
    "DONE",
    "NAME",
    "NO",
    "WRONG_USE",
    "Answer",
    "Commands",
    "Progress",
    "Table",
    "fail",
    "lines",
    "note",
    "progress_told",
    "sentence",
    "show",
    "write_anything",
    "write_json",
]


class Commands(Protocol):
    """Take commands, each with a parser of its own; `argparse` names no such type."""

    def add_parser(self, name: str, *, help: str, description: str) -> ArgumentParser:  # noqa: A002
        """Add a command."""
        ...


class Progress(Protocol):
    """Be told a stage, how much of it is done, and how much there is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell somebody."""
        ...


NAME: Final = "recovery-core"
DONE: Final = 0
NO: Final = 1
WRONG_USE: Final = 2

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
    print(json.dumps(value, ensure_ascii=not is_wide, allow_nan=False))


def lines(texts: Iterable[str]) -> None:
    """Print texts, one a line."""
    for text in texts:
        print(text)


def sentence(text: str) -> str:
    """Make a sentence of what a command does; names in it keep their capitals."""
    return f"{text[:1].upper()}{text[1:]}."


def note(message: object) -> None:
    """Say on the standard error what somebody should know, and go on."""
    print(f"{NAME}: note: {message}", file=sys.stderr)


def fail(message: object, code: int) -> int:
    """Say on the standard error what went wrong, and give the exit code."""
    print(f"{NAME}: {message}", file=sys.stderr)
    return code


class Table(NamedTuple):
    """Hold what is shown as a table; its last columns may be numbers."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: int = 2

    @property
    def numbers(self) -> range:
        """Say which columns are flush right."""
        return range(len(self.headings) - self.figures, len(self.headings))


def _is_rich(stream: TextIO) -> bool:
    """Tell whether to draw: on a terminal, and where somebody installed a brush."""
    return stream.isatty() and find_spec("rich") is not None


def show(tables: Sequence[Table]) -> None:
    """Draw tables one below the other."""
    if _is_rich(sys.stdout):
        _show_rich(tables)
    else:
        print("\n\n".join(map(_plain, tables)))


def _show_rich(tables: Sequence[Table]) -> None:
    from rich import table as rich_table
    from rich.console import Console

    console = Console(markup=False, highlight=False)
    for table in tables:
        drawn = rich_table.Table(title=table.title, title_justify="left")
        for place, heading in enumerate(table.headings):
            is_number = place in table.numbers
            drawn.add_column(heading, justify="right" if is_number else "left")
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)


def _plain(table: Table) -> str:
    """Write a table as aligned text."""
    rows = (table.headings, *table.rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (_line(row, widths, table.numbers) for row in rows)
    return "\n".join((table.title, *lines))


def _line(row: Sequence[str], widths: Sequence[int], numbers: range) -> str:
    cells = (
        cell.rjust(width) if place in numbers else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def progress_told() -> AbstractContextManager[Progress]:
    """Tell progress on a terminal; where nobody watches, keep still."""
    if _is_rich(sys.stderr):
        return _rich_progress()
    return _plain_progress() if sys.stderr.isatty() else nullcontext(_silent)


def _silent(stage: str, done: int, total: int) -> None:
    """Say nothing."""


@contextmanager
def _plain_progress() -> Generator[Progress, None, None]:
    """Overwrite one line on the terminal until its stage is done, or given up."""
    is_open = False

    def told(stage: str, done: int, total: int) -> None:
        nonlocal is_open
        is_open = done < total
        end = "" if is_open else "\n"
        line = f"\r{stage} {100 * done // total:3d} %"
        print(line, end=end, file=sys.stderr, flush=True)

    try:
        yield told
    finally:
        if is_open:
            print(file=sys.stderr)


@contextmanager
def _rich_progress() -> Generator[Progress, None, None]:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    tasks: dict[str, TaskID] = {}
    console = Console(stderr=True)
    with Bars(console=console, transient=True, redirect_stdout=False) as bars:

        def told(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total)

        yield told
