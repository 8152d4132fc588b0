"""What the type checkers say of a user's programs, good and bad."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from tests.typing import bad, bad_tables, good, good_tables

PROGRAMS = Path(__file__).parents[1] / "typing"


def test_a_good_program_runs() -> None:
    """What the checkers accept does what it says."""
    assert good.main() == ["out-of-order", "closed", "closed", "closed", "apologized"]
    assert good_tables.main() == ("full", 13, 10)


@pytest.mark.parametrize("program", [bad, bad_tables])
def test_a_bad_program_names_every_mistake(program: ModuleType) -> None:
    """Each line of the bad program that calls something wrongly says what is wrong."""
    text = Path(program.__file__ or "").read_text(encoding="utf-8")
    wrong = text[text.index("def wrong_") :]
    lines = [line for line in wrong.splitlines() if line.startswith("    ")]
    mistakes = [line for line in lines if not line.endswith('"""')]
    assert len(mistakes) > 50
    for line in mistakes:
        assert re.search(r"# type: ignore\[[a-z-]+\]", line), line


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_a_type_checker_finds_every_mistake_and_no_other(checker: str) -> None:
    """Good programs have no error; the bad ones have those they name, line by line."""
    if find_spec(checker) is None:
        pytest.skip(f"{checker} comes with the extra 'types'")
    files = sorted(str(program) for program in PROGRAMS.glob("*.py"))
    call = [sys.executable, "-m", checker, *files]
    answer = subprocess.run(
        call, cwd=PROGRAMS.parents[1], capture_output=True, text=True, check=False
    )
    told = [line for line in answer.stdout.splitlines() if "typing" in line]
    assert not [line for line in told if "error" in line or "warning" in line], told
    assert answer.returncode in {0, 1}, answer.stderr
