"""Run the tests on every CPython that pyproject.toml names, and say how it went.

    python tools/test_pythons.py [--but 3.11] [--only 3.14]

Each runs with the newest of everything that it can have, and the oldest once more with
the lowest versions that are declared. They run what the library does on its own tests,
with few examples drawn; what takes long and rests on the rest (the search for what
breaks a promise, the examples of the pages) is left to the whole suite. A version that
cannot be had is told as not tested; without those that must be had, it fails.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from argparse import ArgumentParser
from pathlib import Path

from find_python import UnavailableError, clean_environment, python

ROOT = Path(__file__).parents[1]
MUST_BE_HAD = {"3.12", "3.13"}
NAMED = re.compile(r"Programming Language :: Python :: (3\.\d+)")
EXTRAS = ".[cli,test]"
LEFT_OUT = (
    "tests/schedules/test_mutants.py",
    "tests/testing/test_policies*.py",
    "tests/testing/test_strategies.py",
    "tests/testing/test_walks.py",
)
PYTEST = (
    *("-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"),
    "--hypothesis-profile=quick",
    *(f"--ignore-glob={ROOT / path}" for path in LEFT_OUT),
    "tests",
)
"""How the tests are run; no database and no cache, which are another Python's."""


def main() -> int:
    """Test what is asked for; return 1 if something failed or is lacking."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = map(NAMED.fullmatch, project["classifiers"])
    named = [line[1] for line in lines if line]
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--but", action="append", default=[])
    parser.add_argument("--only", action="append", choices=named)
    args = parser.parse_args()
    asked = [v for v in args.only or named if v not in args.but]
    runs = [(version, False) for version in asked]
    runs += [] if args.only else [(named[0], True)]
    told, is_well = [], True
    with tempfile.TemporaryDirectory() as folder:
        for version, is_lowest in runs:
            name = f"Python {version}, {'lowest' if is_lowest else 'newest'}"
            print(f"\n--- {name} ---", flush=True)
            passed, line = tested(version, Path(folder), is_lowest=is_lowest)
            is_well &= passed
            told.append(f"{name}: {line}")
    print("", *told, sep="\n")
    return 0 if is_well else 1


def tested(version: str, folder: Path, *, is_lowest: bool) -> tuple[bool, str]:
    """Run the tests on one Python; tell whether that is well, and what to say of it."""
    try:
        interpreter = python(version, folder)
    except UnavailableError as reason:
        return version not in MUST_BE_HAD, f"not tested ({reason})"
    began = time.monotonic()
    room = folder / f"{version}-{is_lowest}"
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    resolution = "lowest-direct" if is_lowest else "highest"
    call(uv, "venv", "-q", "--python", interpreter, room)
    own = room / "bin/python"
    wanted = "--resolution", resolution, "-e", EXTRAS
    call(uv, "pip", "install", "-q", "--python", own, *wanted)
    # What was released before may warn of what came after it.
    code = call(own, *PYTEST, *(("-Wdefault",) if is_lowest else ()), check=False)
    took = f"{time.monotonic() - began:.0f} s"
    return code == 0, f"{'passed' if code == 0 else 'FAILED'} in {took}"


def call(*words: str | Path, check: bool = True) -> int:
    """Run a program here, its output shown, and return how it ended."""
    environment = clean_environment()
    return subprocess.run(words, cwd=ROOT, check=check, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
