"""`recovery-core simulate`, `compare` and `sweep`: experiments in files."""

from __future__ import annotations

import re
from argparse import (
    ArgumentParser,
    ArgumentTypeError,
    Namespace,
    RawDescriptionHelpFormatter,
)
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from math import inf
from textwrap import fill
from typing import TYPE_CHECKING, Final

from .._domain.literals import parse_whole_number_or_none
from ..errors import MissingPackageError, RecoveryError
from .outcomes import comparison_tables, paradox_tables, result_tables, sweep_tables
from .results import check_folder, check_target, write
from .show import (
    DONE,
    NO,
    WRONG_USE,
    Answer,
    Commands,
    fail,
    note,
    progress_told,
    sentence,
    show,
    write_json,
)
from .sources import NotFoundError
from .workers import worker_processes

if TYPE_CHECKING:
    from ..simulation import Experiment, Result

__all__ = ["add"]

_FILE: Final = (
    "an experiment: a .toml file, a .py file that defines `experiment`, or module:name"
)
_CODES: Final = (
    "Exit codes: 0 done, whatever comes out; {}2 anything that cannot be read or does "
    "not fit. Errors and notes go to the standard error, with --json as well."
)
_NARROW: Final = "1 an interval is not as narrow as --until asks; "
_EXAMPLES: Final = {
    "simulate": "simulate shop.toml --company today --workers 4",
    "compare": "compare shop.toml today tomorrow --until retention=0.005",
    "sweep": "sweep shop.toml --out sweep.csv --resume done",
}
_LARGEST: Final = 1 << 63
_WIDTH: Final = re.compile(r"[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?")


def add(commands: Commands) -> None:
    """Add the commands."""
    text = "let customers live with a company for some months"
    parser = _add_command(commands, "simulate", _run_simulate, text)
    text = "which company of the file (default: the only one there is)"
    parser.add_argument("--company", metavar="NAME", help=text)
    text = "set satisfaction against twins to whom nothing happened"
    parser.add_argument("--paradox", action="store_true", help=text)

    text = "compare two companies on the same customers with the same luck"
    parser = _add_command(commands, "compare", _run_compare, text)
    parser.set_defaults(rest="names")
    text = "the first company, and the second (default: the only two there are)"
    parser.add_argument("names", nargs="*", metavar="NAME", help=text)
    text = (
        "stop once half the interval of an outcome is so narrow, such as "
        "retention=0.001; as often as wanted; --customers is then the most"
    )
    parser.add_argument(
        "--until",
        type=_parse_width,
        action="append",
        default=[],
        metavar="OUTCOME=WIDTH",
        help=text,
    )

    text = "try all combinations of the parameters in the file"
    parser = _add_command(commands, "sweep", _run_sweep, text)
    text = "where the table goes: a .parquet, .csv or .json file"
    parser.add_argument("--out", metavar="FILE", help=text)
    text = "keep what is done in a folder, and go on there after a break"
    parser.add_argument("--resume", metavar="FOLDER", help=text)


def _add_command(
    commands: Commands, name: str, answer: Callable[[Namespace], Answer], text: str
) -> ArgumentParser:
    parser = commands.add_parser(name, help=text, description=sentence(text))
    parser.formatter_class = RawDescriptionHelpFormatter
    codes = fill(_CODES.format(_NARROW if name == "compare" else ""), 79)
    parser.epilog = f"Example: recovery-core {_EXAMPLES[name]}\n\n{codes}"
    parser.add_argument("file", metavar="FILE", help=_FILE)
    for option, least, text_ in (
        ("customers", 1, "how many customers (default: what the file says)"),
        ("months", 1, "how many months (default: what the file says)"),
        ("seed", 0, "which luck (default: what the file says)"),
    ):
        parser.add_argument(
            f"--{option}", type=_whole_number_type(least), metavar="N", help=text_
        )
    text = (
        "a module that a .toml file may name, with all in it; importing it runs it; "
        "as often as wanted"
    )
    parser.add_argument(
        "--allow", action="append", default=[], metavar="MODULE", help=text
    )
    text = "how many processes do the work (default: this one alone)"
    parser.add_argument("--workers", type=_whole_number_type(1), metavar="N", help=text)
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    text = "show where an error came from, instead of one line"
    parser.add_argument("--traceback", action="store_true", help=text)
    parser.set_defaults(run=_run_command, answer=answer)
    return parser


def _whole_number_type(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = parse_whole_number_or_none(text)
        if number is not None and least <= number < _LARGEST:
            return number
        raise ArgumentTypeError(f"{text!r} is no whole number from {least} up")

    return read


def _parse_width(text: str) -> tuple[str, float]:
    name, _, width = text.partition("=")
    found = float(width) if _WIDTH.fullmatch(width) else 0.0
    if name and 0 < found < inf:
        return name, found
    raise ArgumentTypeError(f"{text!r} is no width: write retention=0.001")


def _run_command(args: Namespace) -> int:
    try:
        answer: Answer = args.answer(args)
    except (BrokenExecutor, RecoveryError) as error:
        if args.traceback:
            raise
        return fail(_error_line(error, args.file), WRONG_USE)
    code, plain, shown = answer
    if args.json:
        write_json(plain)
    else:
        shown()
    return code


def _error_line(error: Exception, file: str) -> str:
    """Write an error in one line, with the file where it is about that."""
    line = _one_line(error)
    if isinstance(error, BrokenExecutor):
        return f"a worker died, perhaps for want of memory: {line}"
    if isinstance(error, MissingPackageError | NotFoundError):
        return line
    where = "" if line.startswith(file) else f"{file}: "
    return f"{where}{'; '.join([line, *getattr(error, '__notes__', [])])}"


def _one_line(told: object) -> str:
    return " ".join(str(told).split())


# ------------------------------------------------------------------------- commands


def _load_experiment(args: Namespace) -> Experiment:
    import attrs

    from ..simulation import load_experiment

    experiment = load_experiment(args.file, allow=args.allow)
    given = {
        name: getattr(args, name)
        for name in ("customers", "months", "seed")
        if getattr(args, name) is not None
    }
    return attrs.evolve(experiment, **given)


def _block_size(experiment: Experiment, args: Namespace) -> int:
    """Cut the customers so that every worker gets some."""
    from ..simulation.runs.blocks import BLOCK

    return min(BLOCK, -(-experiment.customers // (args.workers or 1)))


def _run_simulate(args: Namespace) -> Answer:
    experiment = _load_experiment(args)
    block = _block_size(experiment, args)
    with worker_processes(args.workers) as executor, progress_told() as progress:
        progress("simulating", 0, experiment.customers)
        if args.paradox:
            twins = experiment.paradox(
                args.company, block=block, executor=executor, progress=progress
            )
            return DONE, twins.to_dict(), lambda: show(paradox_tables(twins))
        found = experiment.simulate(
            args.company, block=block, executor=executor, progress=progress
        )
    _say_why(found)
    return DONE, found.to_dict(), lambda: show(result_tables(found))


def _say_why(found: Result) -> None:
    """Write why no interval is known, where that is so."""
    from ..simulation.runs.run import unknown

    for line in unknown(found):
        note(line.strip())


def _run_compare(args: Namespace) -> Answer:
    from ..simulation.runs.compare import not_reached

    experiment = _load_experiment(args)
    names = experiment.pair(args.names)
    until: dict[str, float] = dict(args.until)
    with worker_processes(args.workers) as executor, progress_told() as progress:
        progress("simulating", 0, experiment.customers)
        found = experiment.compare(
            *names, until=until, executor=executor, progress=progress
        )
    _say_why(found.first)
    for line in not_reached(found):
        note(line)
    code = NO if found.too_wide else DONE
    return code, found.to_dict(), lambda: show(comparison_tables(found, names))


def _count_runs(experiment: Experiment) -> int:
    """Count the runs of a sweep; none where there is nothing to sweep."""
    from ..simulation.sweeps.design import design_of

    if experiment.design is None:
        return 0
    seeds = experiment.seeds or (experiment.seed,)
    return len(design_of(experiment.design).points) * len(seeds)


def _run_sweep(args: Namespace) -> Answer:
    if args.out is None and not args.json:
        raise NotFoundError("say where the table goes: --out sweep.parquet, or --json")
    if args.out is not None:
        check_target(args.out)
    if args.resume is not None:
        check_folder(args.resume)
    experiment = _load_experiment(args)
    if args.seed is not None:
        import attrs

        experiment = attrs.evolve(experiment, seeds=(args.seed,))
    with worker_processes(args.workers) as executor, progress_told() as progress:
        if runs := _count_runs(experiment):
            progress("sweeping", 0, runs)
        found = experiment.sweep(
            folder=args.resume, executor=executor, progress=progress
        )
    plain = {"manifest": found.manifest.to_dict(), "rows": found.to_rows()}
    if args.out is not None:
        write(args.out, found, plain)
        note(f"wrote {len(plain['rows']):,} rows to {args.out!r}")
    return DONE, plain, lambda: show(sweep_tables(found))
