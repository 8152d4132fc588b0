"""Experiments on the command line, for the tests of it: a folder, and what is said."""

import sys
from pathlib import Path
from typing import Final

import pytest

from recovery_core.cli import main

SHOP: Final = Path(__file__).parents[2] / "docs" / "how-to" / "shop.toml"
SMALL: Final = ("--customers", "400", "--months", "2", "--seed", "3")
ONE: Final = """
[run]
customers = 300
months = 1
[company.only]
policy = "Reimbursement"
"""


def folder_of_two(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two experiments, in which every test stands."""
    text = SHOP.read_text(encoding="utf-8").replace("[0.02, 0.04]", "[0.04]")
    (folder / "shop.toml").write_text(text, encoding="utf-8")
    (folder / "one.toml").write_text(ONE, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return folder


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code, and what was printed on either stream."""
    code = main(words)
    printed = capsys.readouterr()
    return code, printed.out, printed.err
