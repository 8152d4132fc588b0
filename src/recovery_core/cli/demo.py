"""`recovery-core demo`: a year of flights, told in totals or case by case."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from .._domain.literals import parse_whole_number_or_none
from .show import (
    DONE,
    NO,
    WRONG_USE,
    Commands,
    PrintedTable,
    fail,
    lines,
    progress_told,
    sentence,
    show,
)

if TYPE_CHECKING:
    from ..examples.flights.summary import Summary
    from ..tables.batch.backtesting import Backtest, Version

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    text = "recover every disrupted flight that left New York in 2013"
    demo = commands.add_parser("demo", help=text, description=sentence(text))
    demo.epilog = "Example: recovery-core demo --explain 5"
    shown = demo.add_mutually_exclusive_group()
    shown.add_argument(
        "--json", action="store_true", help="print the totals as one JSON object"
    )
    demo.add_argument(
        "--backtest",
        action="store_true",
        help="decide every flight by four versions of the law, and say who would move",
    )
    shown.add_argument(
        "--explain",
        type=_parse_place,
        metavar="N",
        help="tell the case of the N-th disrupted flight, from 1",
    )
    demo.set_defaults(run=_run_demo)


def _parse_place(text: str) -> int:
    number = parse_whole_number_or_none(text)
    if number is not None and number > 0:
        return number
    raise ArgumentTypeError(f"{text!r} is no place in a list: count from 1")


def _run_demo(args: Namespace) -> int:
    from ..errors import MissingPackageError
    from ..examples.flights.data import DataError

    try:
        if args.backtest:
            return _demo_versions(args)
        return _demo_totals(args) if args.explain is None else _demo_case(args.explain)
    except (DataError, MissingPackageError) as error:
        return fail(error, NO)


def _demo_totals(args: Namespace) -> int:
    from ..examples.flights import run
    from ..examples.flights.data import airlines

    names = airlines()
    with progress_told() as progress:
        summary = run(progress)
    if args.json:
        print(json.dumps(summary.as_json()))
    else:
        show(_demo_tables(summary, names))
    return DONE


def _demo_case(place: int) -> int:
    from ..examples.flights import cases, survey

    with progress_told() as progress:
        year = survey(progress)
    chosen = attrs.evolve(year, disrupted=year.disrupted[place - 1 : place])
    if not chosen.disrupted:
        text = f"there are {len(year.disrupted)} disrupted flights, not {place}"
        return fail(text, WRONG_USE)
    told = (case.explain() for case in cases(chosen))
    lines(line for text in told for line in text.split("\n"))
    return DONE


def _demo_versions(args: Namespace) -> int:
    from ..examples.flights.versions import backtested

    if args.explain is not None:
        return fail("--explain tells one case; --backtest opens none", WRONG_USE)
    with progress_told() as progress:
        found = backtested(progress)
    if args.json:
        print(json.dumps(found.to_dict()))
    else:
        show(_version_tables(found))
    return DONE


def _version_tables(found: Backtest) -> tuple[PrintedTable, ...]:
    base, *_ = found.versions
    costs = tuple(
        (each.name, _count_text(_paid(each)), _euro_text(each.totals.minor))
        for each in found.versions
    )
    return (
        PrintedTable(
            f"{found.count:,} flights under {len(costs)} versions of the law",
            ("Version", "Paid", "EUR"),
            costs,
        ),
        *(
            PrintedTable(
                f"{base.name} -> {each.new.name}: who would move",
                ("From", "To", "Flights", "EUR more"),
                tuple(
                    (old, new, _count_text(move.count), _euro_text(move.change))
                    for (old, new), move in each.moves.items()
                    if old != new or move.change
                ),
            )
            for each in found.comparisons
        ),
    )


def _paid(version: Version) -> int:
    totals = version.totals.by_outcome.values()
    return sum(total.count for total in totals if total.minor)


def _demo_tables(
    summary: Summary, names: Mapping[str, str]
) -> tuple[PrintedTable, ...]:
    totals = (
        ("flights", _count_text(summary.rows), ""),
        ("arrival unknown", _count_text(summary.unknown), ""),
        ("cancelled", _count_text(summary.cancelled), ""),
        ("disrupted", _count_text(summary.disrupted), ""),
        ("paid", _count_text(summary.paid_flights), _euro_text(summary.paid_cents)),
        (
            "waived",
            _count_text(summary.waived_flights),
            _euro_text(summary.waived_cents),
        ),
    )
    blamed = summary.by_blame.items()
    carriers = sorted(summary.by_carrier.items(), key=lambda item: -item[1][1])
    return (
        PrintedTable("New York departures, 2013", ("", "Flights", "EUR"), totals),
        PrintedTable(
            "By blame (WEATHER: waived)",
            ("Blame", "Flights", "EUR"),
            tuple(
                (blame, _count_text(n), _euro_text(cents))
                for blame, (n, cents) in blamed
            ),
        ),
        PrintedTable(
            "By carrier (paid)",
            ("Carrier", "Airline", "Flights", "EUR"),
            tuple(
                (code, names.get(code, ""), _count_text(n), _euro_text(cents))
                for code, (n, cents) in carriers
            ),
        ),
    )


def _count_text(number: int) -> str:
    return f"{number:,}"


def _euro_text(cents: int) -> str:
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros:,}.{rest:02d}"
