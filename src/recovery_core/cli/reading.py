"""`recovery-core policy show`, `check` and `explain`: policies as people read them."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, cast

import attrs

from ..errors import RecoveryError, TableError
from ..policy import CompensationPolicy, set_off
from ..schedules import Schedule
from ..tables import Column, sheet
from ..tables import Table as PolicyTable
from .facts import describe, facts
from .show import DONE, NO, WRONG_USE, Answer, PrintedTable, lines, show
from .sources import NotFoundError, PolicySource, load

__all__ = ["check", "explain", "show_policy"]

# ----------------------------------------------------------------------------- show


def show_policy(args: Namespace) -> Answer:
    """Print a table, or a schedule with all its parts."""
    source = load(args.policy, args.on)
    if source.schedule is not None:
        told = _schedule_out(source, source.schedule)
        schedule = source.schedule
        return DONE, told, lambda: _draw_schedule(source, schedule)
    table = source.table
    return DONE, json.loads(table.to_json()), lambda: _draw_table(table)


def _draw_table(table: PolicyTable) -> None:
    drawn = sheet(table)
    show([PrintedTable(drawn.title, drawn.head, drawn.rows, figures=0)])
    lines(f"{heading}: {text}" for heading, text in drawn.notes)


def _draw_schedule(source: PolicySource, schedule: Schedule) -> None:
    lines(_heading_lines(schedule))
    for first, table in reversed(source.versions):
        lines(["", f"Since {first}:"])
        _draw_table(table)
    if schedule.besides is not None:
        lines(["", "Besides, in any version:"])
        _draw_table(schedule.besides)
    lines(["", _wrapper_text(schedule.around)])
    lines(f"Not sure: {text}" for text in schedule.uncertain)
    lines(f"Source: {text}" for text in schedule.sources)


def _heading_lines(schedule: Schedule) -> Iterator[str]:
    yield str(schedule)
    yield f"Jurisdiction: {schedule.jurisdiction}"
    yield f"Confidence: {schedule.confidence}"
    yield f"Whose doing it was: {schedule.blame}"
    yield f"Rule of liability: {_plain_text(schedule.liability)}"


def _wrapper_text(around: object) -> str:
    """Return what becomes of what the tables give together."""
    if around is None:
        return "Around it: nothing; what the tables give is given"
    if around is set_off:
        return "Around it: set-off; what was given before on the case is taken off"
    return f"Around it: {_wrapper_name(around)}"


def _wrapper_name(around: object) -> str:
    """Name what is put around a policy, as its author would."""
    name = getattr(around, "__name__", None)
    if name == "<lambda>":
        return "a lambda of its own"
    return str(name) if name else _plain_text(around)


def _plain_text(value: object) -> str:
    """Write a value for people who do not program: its name, and what it is set to."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(_plain_text, cast("tuple[object, ...]", value)))
    kind = type(value)
    if not attrs.has(kind):
        return str(getattr(value, "__name__", value))
    held = {field.name: getattr(value, field.name) for field in attrs.fields(kind)}
    told = "; ".join(
        f"{name.removeprefix('is_').replace('_', ' ')}: {_plain_text(each)}"
        for name, each in held.items()
        if each is not None
    )
    return f"{kind.__name__} ({told})" if told else kind.__name__


def _schedule_out(source: PolicySource, schedule: Schedule) -> dict[str, Any]:
    besides = schedule.besides
    return {
        "schedule": schedule.code,
        "name": schedule.name,
        "jurisdiction": schedule.jurisdiction,
        "confidence": str(schedule.confidence),
        "blame": schedule.blame,
        "liability": _plain_text(schedule.liability),
        "versions": [
            {"since": str(first), "table": json.loads(table.to_json())}
            for first, table in source.versions
        ],
        "besides": None if besides is None else json.loads(besides.to_json()),
        "around": None if schedule.around is None else _wrapper_name(schedule.around),
        "uncertain": [*schedule.uncertain],
        "sources": [*schedule.sources],
    }


# ---------------------------------------------------------------------------- check


def check(args: Namespace) -> Answer:
    """Report of each policy, and each table in it, whether it holds together."""
    found = [
        line for source in args.policies for line in _check_policies(source, args.on)
    ]
    answers = {line["holds"] for line in found}
    code = WRONG_USE if None in answers else NO if False in answers else DONE
    return code, found, lambda: lines(map(_verdict_text, found))


def _check_policies(words: str, on: date | None) -> Iterator[dict[str, Any]]:
    try:
        source = load(words, on)
        parts = [*_list_tables(source)]
    except TableError as error:
        yield {"policy": words, "holds": False, "problem": str(error)}
    except RecoveryError as error:
        # The name of the file may stand in front already.
        told = str(error).removeprefix(f"{words}: ")
        yield {"policy": words, "holds": None, "problem": told}
    else:
        for part, table in parts:
            yield {
                "policy": words,
                "part": part,
                "holds": True,
                "name": table.name,
                "hash": table.hash,
                "rules": len(table.rows),
                "columns": [column.name for column in table.inputs],
            }


def _list_tables(source: PolicySource) -> Iterable[tuple[str | None, PolicyTable]]:
    if not source.versions:
        yield None, source.table
    for first, table in source.versions:
        yield f"since {first}", table
    if source.schedule is not None and source.schedule.besides is not None:
        yield "besides", source.schedule.besides


def _verdict_text(line: dict[str, Any]) -> str:
    if line["holds"] is None:
        return f"{line['policy']}: cannot be checked: {line['problem']}"
    if not line["holds"]:
        return f"{line['policy']}: {line['problem']}"
    part = f" {line['part']}" if line["part"] else ""
    return (
        f"{line['policy']}{part}: {line['name']} ({line['hash']}) holds together: "
        f"{line['rules']} rules over {', '.join(line['columns']) or 'no columns'}; "
        "no gap, no overlap that is not allowed, no dead rule"
    )


# -------------------------------------------------------------------------- explain


def explain(args: Namespace) -> Answer:
    """Report what a policy decides on a claim, and why; a schedule with both tables."""
    source = load(args.policy, args.on)
    schedule = source.schedule
    besides = None if schedule is None else schedule.besides
    tables = [source.table] if besides is None else [source.table, besides]
    inputs = {c.name: c for table in tables for c in table.inputs}
    others = {c.name: c for table in tables for c in table.columns}
    computed = [c for c in others.values() if c.function is not None]
    known = facts(inputs.values(), args.facts, args.file, computed=computed)
    _check_known(tables, inputs.values(), known)
    told = [table.explain(known) for table in tables]
    if schedule is None:
        return DONE, told[0].to_dict(), lambda: lines(str(told[0]).split("\n"))
    first = source.versions[-1][0]
    plain = {
        "schedule": schedule.code,
        "since": str(first),
        "version": told[0].to_dict(),
        "besides": told[1].to_dict() if besides is not None else None,
        "around": None if schedule.around is None else _wrapper_name(schedule.around),
    }
    heads = (f"{schedule}, the version since {first}:", "besides, in any version:")
    text: list[str] = []
    for head, each in zip(heads, told, strict=False):
        text += [head, *str(each).split("\n"), ""]
    return DONE, plain, lambda: lines([*text, _wrapper_use(schedule.around)])


def _check_known(
    tables: Iterable[PolicyTable], inputs: Iterable[Column], known: Mapping[str, object]
) -> None:
    """Ask for all that the tables must know, at once.

    Raises:
        NotFoundError: Something is not known, and may not be missing.
    """
    missing = [c for c in inputs if known.get(c.name) is None and not c.is_optional]
    if missing:
        names = " and ".join(repr(table.name) for table in tables)
        asked = ", ".join(f"{c.name}=VALUE ({describe(c)})" for c in missing)
        raise NotFoundError(
            f"{names} must know {', '.join(repr(c.name) for c in missing)}: add {asked}"
        )


def _wrapper_use(around: CompensationPolicy | object | None) -> str:
    if around is set_off:
        return (
            "set-off: nothing given before is known here; what was given on the case "
            "is taken off all this"
        )
    return _wrapper_text(around)
