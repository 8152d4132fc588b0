"""Running the package runs the command line."""

import runpy
import sys

import pytest


def test_the_package_runs_as_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``python -m recovery_core`` takes the same words and ends with the same code."""
    monkeypatch.setattr(sys, "argv", ["recovery_core", "--version"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("recovery_core", run_name="__main__")

    assert ended.value.code in {0, None}
    assert "recovery" in capsys.readouterr().out
