"""`recovery-core policy`: show, check, explain, prove, compare, backtest."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from .._domain.money import Money
from ..errors import RecoveryError, TableError
from ..policy import Table as PolicyTable
from ..policy import diff, sheet
from . import sources
from .show import DONE, NO, WRONG_USE, Commands, Table, fail, show

if TYPE_CHECKING:
    from ..policy.prove import Proof

__all__ = ["add"]

Answer: TypeAlias = tuple[int, Any, Callable[[], None]]
"""The exit code, what ``--json`` prints, and what shows it otherwise."""

_SOURCE: Final = "a .json file, or module:name such as recovery_core.schedules:eu261"


def add(commands: Commands) -> None:
    """Add the command and its own commands."""
    text = "show, check, explain, prove, compare and backtest compensation policies"
    parser = commands.add_parser(
        "policy", help=text, description=f"{text.capitalize()}."
    )
    own = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _command(own, "show", _show, "print a policy as a table", "policy")
    check = _command(own, "check", _check, "say whether policies hold together")
    check.set_defaults(rest="policies")
    check.add_argument("policies", nargs="+", metavar="POLICY", help=_SOURCE)
    text = "say what a policy decides on a claim, and why"
    explain = _command(own, "explain", _explain, text, "policy")
    explain.set_defaults(rest="facts")
    explain.add_argument("facts", nargs="*", metavar="NAME=VALUE", help="one fact")
    explain.add_argument("--facts", dest="file", metavar="FILE", help="a JSON object")
    _add_prove(own)
    _command(own, "diff", _diff, "compare two policies; 1 if they differ", "old", "new")
    tests = _command(
        own, "backtest", _backtest, "run versions of a policy over old claims", "policy"
    )
    tests.set_defaults(rest="others")
    tests.add_argument("others", nargs="*", metavar="OTHER", help=_SOURCE)
    tests.add_argument("--data", required=True, help="a .csv, .parquet or .arrow file")


def _command(
    own: Commands,
    name: str,
    answer: Callable[[Namespace], Answer],
    text: str,
    *policies: str,
) -> ArgumentParser:
    parser = own.add_parser(name, help=text, description=f"{text.capitalize()}.")
    for policy in policies:
        parser.add_argument(policy, help=_SOURCE)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--on", type=_day, metavar="DAY", help="take the version of a day: 2025-01-22"
    )
    parser.set_defaults(run=_run, answer=answer)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day: write 2025-01-22") from error


def _run(args: Namespace) -> int:
    try:
        code, plain, shown = args.answer(args)
    except sources.NotFoundError as error:
        return fail(error, WRONG_USE)
    except RecoveryError as error:
        return fail(error, NO)
    if args.json:
        print(json.dumps(plain, ensure_ascii=False))
    else:
        shown()
    return int(code)


# --------------------------------------------------------------- show, check, explain


def _show(args: Namespace) -> Answer:
    table = sources.table(args.policy, args.on)
    return DONE, json.loads(table.to_json()), lambda: _draw(table)


def _draw(table: PolicyTable) -> None:
    drawn = sheet(table)
    show([Table(drawn.title, drawn.head, drawn.rows, figures=0)])
    _lines(f"{heading}: {text}" for heading, text in drawn.notes)


def _check(args: Namespace) -> Answer:
    found = [_checked(source, args.on) for source in args.policies]
    code = DONE if all(line["holds"] for line in found) else NO
    return code, found, lambda: _lines(_verdict(line) for line in found)


def _checked(source: str, on: date | None) -> dict[str, Any]:
    try:
        table = sources.table(source, on)
    except TableError as error:
        return {"policy": source, "holds": False, "problem": str(error)}
    return {
        "policy": source,
        "holds": True,
        "name": table.name,
        "hash": table.hash,
        "rules": len(table.rows),
        "columns": [column.name for column in table.inputs],
    }


def _verdict(line: dict[str, Any]) -> str:
    if not line["holds"]:
        return f"{line['policy']}: {line['problem']}"
    return (
        f"{line['policy']}: {line['name']} ({line['hash']}) holds together: "
        f"{line['rules']} rules over {', '.join(line['columns'])}; no gap, no overlap "
        "that is not allowed, no dead rule"
    )


def _lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _explain(args: Namespace) -> Answer:
    table = sources.table(args.policy, args.on)
    explanation = table.explain(sources.facts(table, args.facts, args.file))
    return DONE, explanation.to_dict(), lambda: print(explanation)


# ---------------------------------------------------------------------------- proofs


def _add_prove(own: Commands) -> None:
    parser = _command(
        own,
        "prove",
        _prove,
        "prove promises for all claims; 1 if one is broken",
        "policy",
    )
    promises = parser.add_argument_group("promises, each as often as wanted")
    for option, metavar, text in (
        ("--never-above", "AMOUNT", 'a money column, or a sum such as "EUR 600.00"'),
        ("--rises-with", "COLUMN", "never pays less when this alone grows"),
        ("--falls-with", "COLUMN", "never pays more when this alone grows"),
        ("--never-less-than", "POLICY", "never pays less than another policy"),
        ("--equal-to", "POLICY", "pays the same as another policy"),
    ):
        promises.add_argument(
            option, action="append", default=[], metavar=metavar, help=text
        )


def _prove(args: Namespace) -> Answer:
    table = sources.table(args.policy, args.on)
    proofs = [*_proofs(table, args)]
    if not proofs:
        raise sources.NotFoundError("there is no promise to prove: see --help")
    held = all(proof.holds for proof in proofs)
    plain = [_proof_out(proof) for proof in proofs]
    return DONE if held else NO, plain, lambda: _lines(map(str, proofs))


def _proof_out(proof: Proof) -> dict[str, Any]:
    plain = attrs.asdict(proof, recurse=False)
    for name in ("counterexample", "compared"):
        if plain[name] is not None:
            facts = plain[name].items()
            plain[name] = {
                key: value if isinstance(value, int | str) else str(value)
                for key, value in facts
            }
    for name in ("paid", "limit"):
        plain[name] = None if plain[name] is None else str(plain[name])
    return plain


def _proofs(table: PolicyTable, args: Namespace) -> Iterator[Proof]:
    from ..policy import prove

    columns = {column.name: column for column in table.columns}

    def column(name: str) -> Any:
        if name not in columns:
            known = ", ".join(columns)
            raise sources.NotFoundError(
                f"{table.name!r} reads no {name!r}, but {known}"
            )
        return columns[name]

    for text in args.never_above:
        limit = Money.parse(text) if " " in text else column(text)
        yield prove.never_above(table, limit)
    for name in args.rises_with:
        yield prove.rises_with(table, column(name))
    for name in args.falls_with:
        yield prove.falls_with(table, column(name))
    for other in args.never_less_than:
        yield prove.never_less_than(table, sources.table(other, args.on))
    for other in args.equal_to:
        yield prove.equal_to(table, sources.table(other, args.on))


# ------------------------------------------------------------------ diff and backtest


def _diff(args: Namespace) -> Answer:
    old, new = sources.table(args.old, args.on), sources.table(args.new, args.on)
    found = diff(old, new)
    return DONE if found.is_empty else NO, found.to_dict(), lambda: print(found)


def _backtest(args: Namespace) -> Answer:
    tables = [sources.table(name, args.on) for name in (args.policy, *args.others)]
    inputs = {c.name: c for table in tables for c in table.inputs}
    from ..policy import backtest

    data = sources.frames(args.data, tuple(inputs.values()))
    found = backtest(*tables, data=data)
    return DONE, found.to_dict(), lambda: print(found)
