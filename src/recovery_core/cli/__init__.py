"""The command line: `recovery-core`.

Exit codes: 0 all is well, 1 the answer is no (a policy with a gap, a promise that does
not hold, two versions that differ; the flights of the demo are missing), 2 it was
called wrongly, or something cannot be read or does not fit, 130 somebody pressed
Ctrl-C. Progress is told on a terminal alone, and never on the standard output.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import Final

from .. import __version__
from .show import DONE, NAME, write_anything

__all__ = ["main"]

_INTERRUPTED: Final = 130
_COMMANDS: Final = {
    "demo": {"demo": "recover every disrupted flight that left New York in 2013"},
    "policy": {
        "policy": "show, check, explain, prove, compare and backtest compensation "
        "policies"
    },
    "simulate": {
        "simulate": "let customers live with a company for some months",
        "compare": "compare two companies on the same customers with the same luck",
        "sweep": "try all combinations of the parameters in the file",
    },
}
"""The commands with a line about each, by the module that adds them."""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks for.

    Args:
        argv: The words behind the command's name; those of this process if not given.

    Returns:
        The exit code.
    """
    args = _parse_arguments(argv)
    write_anything()
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on. Python would flush once more on its way out, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return code


def _parse_arguments(argv: Sequence[str] | None) -> Namespace:
    """Read the words; a list of them may go on behind an option."""
    words = sys.argv[1:] if argv is None else [*argv]
    parser = _build_parser(words)
    args, left = parser.parse_known_args(words)
    wrong = [word for word in left if word.startswith("-")]
    if wrong or (left and not hasattr(args, "rest")):
        parser.error(f"unrecognized arguments: {' '.join(wrong or left)}")
    if left:
        getattr(args, args.rest).extend(left)
    return args


def _build_parser(words: Collection[str]) -> ArgumentParser:
    """Build the parser, with the arguments of the commands that stand in the words."""
    parser = ArgumentParser(NAME, description="Service recovery, step by step.")
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module, texts in _COMMANDS.items():
        # Loading a module loads what it works with; the list of commands needs none.
        if texts.keys() & words:
            import_module(f".{module}", __name__).add(commands)
            continue
        for name, text in texts.items():
            commands.add_parser(name, help=text)
    return parser
