"""`recovery-core policy`: show, check, explain, prove, compare, backtest."""

from __future__ import annotations

from argparse import (
    ArgumentParser,
    ArgumentTypeError,
    Namespace,
    RawDescriptionHelpFormatter,
)
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Final

from .._domain.literals import parse_iso_day
from ..errors import InvalidValueError, RecoveryError
from ..tables import diff
from .data import frames
from .payments import check_payments, write_payments
from .promises import add_promises, prove_policy
from .reading import check, explain, show_policy
from .show import (
    DONE,
    NO,
    WRONG_USE,
    Answer,
    Commands,
    PrintedTable,
    fail,
    lines,
    note,
    sentence,
    show,
    terminal_width,
    write_json,
)
from .sources import NotFoundError, load

if TYPE_CHECKING:
    from ..tables.batch.backtesting import Backtest

__all__ = ["add"]

_SOURCE: Final = (
    "a .json file, or module:name such as recovery_core.schedules:eu261; "
    "@2025-01-22 behind a schedule picks the version of that day"
)
_CODES: Final = (
    "Exit codes: 0 yes or done; 1 the answer is no: a gap, an overlap or a dead rule\n"
    "(check), a promise that does not hold or is not known (prove), versions that\n"
    "differ (diff); 2 anything that cannot be read or does not fit. Errors and notes\n"
    "go to the standard error, with --json as well."
)
_MONEY: Final = (
    'Money is in major units, and says so: by its decimals ("10.05") or its currency\n'
    '("EUR 10").'
)
_EXAMPLES: Final = {
    "show": "show recovery_core.schedules:eu261",
    "check": "check old.json new.json",
    "explain": "explain old.json late=45 fare=42.01",
    "prove": "prove old.json --never-above fare --never-pays-when 'late<=29'",
    "diff": "diff old.json new.json",
    "backtest": "backtest old.json new.json --data claims.csv",
}
_UNITS: Final = (
    "Units of money: in .csv major units, written with decimals (10.05) or currency\n"
    "(EUR 10); a bare 1005 is refused, unless --minor says that the file holds minor\n"
    "units. In .parquet, .arrow and .feather whole numbers are minor units, and a\n"
    "column of decimals holds major units."
)


def add(commands: Commands) -> None:
    """Add the command and its own commands."""
    text = "show, check, explain, prove, compare and backtest compensation policies"
    parser = commands.add_parser("policy", help=text, description=sentence(text))
    own = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    text = "print a policy as a table, and a schedule with all its parts"
    _add_command(own, "show", show_policy, text, "policy")
    _add_check(own)
    _add_explain(own)
    text = "prove promises for all claims; 1 if one is broken"
    add_promises(_add_command(own, "prove", prove_policy, text, "policy", about=_MONEY))
    _add_command(
        own, "diff", _run_diff, "compare two policies; 1 if they differ", "old", "new"
    )
    _add_backtest(own)


def _add_check(own: Commands) -> None:
    text = "say whether policies hold together, every table of a schedule; 1 if not"
    parser = _add_command(own, "check", check, text)
    parser.set_defaults(rest="policies")
    parser.add_argument("policies", nargs="+", metavar="POLICY", help=_SOURCE)


def _add_explain(own: Commands) -> None:
    text = "say what a policy decides on a claim, and why"
    parser = _add_command(own, "explain", explain, text, "policy", about=_MONEY)
    parser.set_defaults(rest="facts")
    parser.add_argument("facts", nargs="*", metavar="NAME=VALUE", help="one fact")
    text = 'a JSON object of facts; money as a text, such as "42.00"'
    parser.add_argument("--facts", dest="file", metavar="FILE", help=text)


def _add_backtest(own: Commands) -> None:
    text = "run a policy over old claims, or several versions, and say what moves"
    parser = _add_command(own, "backtest", _run_backtest, text, "policy", about=_UNITS)
    parser.set_defaults(rest="others")
    parser.add_argument("others", nargs="*", metavar="OTHER", help=_SOURCE)
    text = "a .csv, .parquet, .arrow or .feather file"
    parser.add_argument("--data", required=True, metavar="FILE", help=text)
    text = "bare whole numbers of money in a .csv are minor units (cents)"
    parser.add_argument("--minor", action="store_true", help=text)
    text = "write what one policy pays on each claim to a .csv file"
    parser.add_argument("--out", metavar="FILE.csv", help=text)


def _add_command(
    own: Commands,
    name: str,
    answer: Callable[[Namespace], Answer],
    text: str,
    *policies: str,
    about: str = "",
) -> ArgumentParser:
    parser = own.add_parser(name, help=text, description=sentence(text))
    parser.formatter_class = RawDescriptionHelpFormatter
    example = f"Example: recovery-core policy {_EXAMPLES[name]}"
    parser.epilog = "\n\n".join(filter(None, (example, about, _CODES)))
    for policy in policies:
        parser.add_argument(policy, help=_SOURCE)
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    text = "take the version of a day of every schedule that names none: 2025-01-22"
    parser.add_argument("--on", type=_parse_day, metavar="DAY", help=text)
    parser.set_defaults(run=_run_command, answer=answer)
    return parser


def _parse_day(text: str) -> date:
    try:
        return parse_iso_day(text)
    except InvalidValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day: write 2025-01-22") from error


def _run_command(args: Namespace) -> int:
    try:
        answer: Answer = args.answer(args)
    except RecoveryError as error:
        return fail(error, WRONG_USE)
    code, plain, shown = answer
    if args.json:
        write_json(plain)
    else:
        shown()
    return code


# ------------------------------------------------------------------ diff and backtest


def _run_diff(args: Namespace) -> Answer:
    old, new = load(args.old, args.on), load(args.new, args.on)
    found = diff(old.table, new.table)
    besides = [s.schedule.besides if s.schedule else None for s in (old, new)]
    if besides[0] != besides[1]:
        note("what the two give besides differs, and is not compared")
    code = DONE if found.is_empty else NO
    return code, found.to_dict(), lambda: lines(str(found).split("\n"))


def _run_backtest(args: Namespace) -> Answer:
    if args.out is not None:
        check_payments(args.out, args.data)
        if args.others:
            raise NotFoundError("--out writes what one policy pays: name no other")
    policies = [load(name, args.on).full_policy for name in (args.policy, *args.others)]
    from ..tables import backtest
    from ..tables.batch.routes import choose_plan

    plans = [choose_plan(policy, None) for policy in policies]
    inputs = {c.name: c for plan in plans for c in plan.inputs}
    data = frames(args.data, tuple(inputs.values()), is_minor=args.minor)
    found = backtest(*policies, data=data)
    if args.out is not None:
        write_payments(args.out, policies[0], data)
    return DONE, found.to_dict(), lambda: _draw_backtest(found)


def _draw_backtest(found: Backtest) -> None:
    """Print what moves, or what one version pays; on a terminal, moves as a table."""
    if terminal_width() is None or not found.comparisons:
        print(found)
        return
    lines([found.title])
    for each in found.comparisons:
        (_, *rules), *rows = each.matrix
        moves = [[cell if cell != "." else "" for cell in row] for row in rows]
        heads = ("Claims from, to", *rules)
        lines([""])
        show(
            [PrintedTable(each.title, heads, (*map(tuple, moves),), figures=len(rules))]
        )
        lines(each.findings)
