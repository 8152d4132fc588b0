"""The command line: `recovery-core`.

Exit codes: 0 all is well, 1 the data is missing, 2 it was called wrongly, 130 somebody
pressed Ctrl-C. Progress is told on a terminal alone, and never on the standard output.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

import attrs

if TYPE_CHECKING:
    from .examples.flights.data import Progress
    from .examples.flights.summary import Summary

__all__ = ["main"]

_NAME: Final = "recovery-core"
_DONE: Final = 0
_NO_DATA: Final = 1
_WRONG_USE: Final = 2
_INTERRUPTED: Final = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks for.

    Args:
        argv: The words behind the command's name; those of this process if not given.

    Returns:
        The exit code.
    """
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on. Python would flush once more on its way out, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    return code


def _parser() -> ArgumentParser:
    parser = ArgumentParser(_NAME, description="Service recovery, step by step.")
    parser.add_argument(
        "--version", action="version", version=f"{_NAME} {version(_NAME)}"
    )
    _add_demo(parser)
    return parser


def _fail(message: object, code: int) -> int:
    print(f"{_NAME}: {message}", file=sys.stderr)
    return code


# -------------------------------------------------------------------------- the demo


def _add_demo(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    text = "recover every disrupted flight that left New York in 2013"
    demo = commands.add_parser("demo", help=text, description=f"{text.capitalize()}.")
    shown = demo.add_mutually_exclusive_group()
    shown.add_argument(
        "--json", action="store_true", help="print the totals as one JSON object"
    )
    shown.add_argument(
        "--explain",
        type=_place,
        metavar="N",
        help="tell the case of the N-th disrupted flight, from 1",
    )
    demo.set_defaults(run=_demo)


def _place(text: str) -> int:
    if text.isdecimal() and int(text):
        return int(text)
    raise ArgumentTypeError(f"{text!r} is no place in a list: count from 1")


def _demo(args: Namespace) -> int:
    from .examples.flights import DataError

    try:
        return _demo_totals(args) if args.explain is None else _demo_case(args.explain)
    except DataError as error:
        return _fail(error, _NO_DATA)


def _demo_totals(args: Namespace) -> int:
    from .examples.flights import airlines, run

    names = airlines()
    with _progress() as progress:
        summary = run(progress)
    if args.json:
        print(json.dumps(summary.as_json()))
    else:
        _show(_demo_tables(summary, names))
    return _DONE


def _demo_case(place: int) -> int:
    from .examples.flights import cases, survey

    with _progress() as progress:
        year = survey(progress)
    chosen = attrs.evolve(year, disrupted=year.disrupted[place - 1 : place])
    if not chosen.disrupted:
        text = f"there are {len(year.disrupted)} disrupted flights, not {place}"
        return _fail(text, _WRONG_USE)
    for case in cases(chosen):
        print(case.explain())
    return _DONE


def _demo_tables(summary: Summary, names: Mapping[str, str]) -> tuple[Table, ...]:
    totals = (
        ("flights", _count(summary.rows), ""),
        ("arrival unknown", _count(summary.unknown), ""),
        ("cancelled", _count(summary.cancelled), ""),
        ("disrupted", _count(summary.disrupted), ""),
        ("paid", _count(summary.paid_flights), _euros(summary.paid_cents)),
        ("waived", _count(summary.waived_flights), _euros(summary.waived_cents)),
    )
    blamed = summary.by_blame.items()
    carriers = sorted(summary.by_carrier.items(), key=lambda item: -item[1][1])
    return (
        Table("New York departures, 2013", ("", "Flights", "EUR"), totals),
        Table(
            "By blame (WEATHER: waived)",
            ("Blame", "Flights", "EUR"),
            tuple((blame, _count(n), _euros(cents)) for blame, (n, cents) in blamed),
        ),
        Table(
            "By carrier (paid)",
            ("Carrier", "Airline", "Flights", "EUR"),
            tuple(
                (code, names.get(code, ""), _count(n), _euros(cents))
                for code, (n, cents) in carriers
            ),
        ),
    )


def _count(number: int) -> str:
    return f"{number:,}"


def _euros(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d}"


# ---------------------------------------------------------------- showing, and waiting


class Table(NamedTuple):
    """Hold what is shown as a table; the last two columns are numbers."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def numbers(self) -> range:
        """Say which columns are flush right."""
        return range(len(self.headings) - 2, len(self.headings))


def _is_rich(stream: TextIO) -> bool:
    """Tell whether to draw: on a terminal, and where somebody installed a brush."""
    return stream.isatty() and find_spec("rich") is not None


def _show(tables: Sequence[Table]) -> None:
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


def _progress() -> AbstractContextManager[Progress]:
    """Tell progress on a terminal; where nobody watches, keep still."""
    from .examples.flights.data import silent

    if _is_rich(sys.stderr):
        return _rich_progress()
    return nullcontext(_told if sys.stderr.isatty() else silent)


def _told(stage: str, done: int, total: int) -> None:
    """Overwrite one line on the terminal until the stage is done."""
    end = "\n" if done == total else ""
    print(f"\r{stage} {100 * done // total:3d} %", end=end, file=sys.stderr, flush=True)


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
