"""`recovery-core demo`: a year of flights, told in totals or case by case."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from .show import DONE, NO, WRONG_USE, Commands, Table, fail, progress_told, show

if TYPE_CHECKING:
    from ..examples.flights.summary import Summary

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
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
    from ..examples.flights import DataError

    try:
        return _demo_totals(args) if args.explain is None else _demo_case(args.explain)
    except DataError as error:
        return fail(error, NO)


def _demo_totals(args: Namespace) -> int:
    from ..examples.flights import airlines, run

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
    for case in cases(chosen):
        print(case.explain())
    return DONE


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
