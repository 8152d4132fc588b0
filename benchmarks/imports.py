"""What imports cost, in CPU time, as multiples of ``import attrs``.

Each line is the median of nine fresh Pythons, the start of Python itself included, as
a user pays it, and compiled modules at hand, as after a first run. CPU time (user and
system) is hardly moved by what else the machine does; the imports are taken in turns,
so that what moves it moves all of them.

    python benchmarks/imports.py
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile

RUNS = 9
BASE = "import attrs"
IMPORTS = {
    "import recovery_core": 0.6,
    "from recovery_core import Money": 2.0,
    "from recovery_core import RecoveryEngine": 3.6,
    "from recovery_core.tables import Table": 3.3,
}
"""The most that each may cost, in multiples of the base."""
COMMANDS = {"recovery-core --help": ["-m", "recovery_core", "--help"]}


def cpu_seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """Measure one fresh Python, children of its own included."""
    # Not os.times(): it counts in hundredths of a second, a third of what is measured.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        env=environment,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measure_medians(compiled: str) -> dict[str, float]:
    """Measure everything in turns, and return the median of each.

    Args:
        compiled: The folder in which Python keeps what it compiled.
    """
    environment = os.environ | {"PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    programs = {line: ["-c", line] for line in ("pass", BASE, *IMPORTS)} | COMMANDS
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(RUNS + 1):
        for name, arguments in programs.items():
            times[name].append(cpu_seconds(arguments, environment))
    # The first round compiles.
    return {name: statistics.median(seconds[1:]) for name, seconds in times.items()}


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as compiled:
        medians = measure_medians(compiled)
    print(f"{'':44}    ms   times   at most")
    for name, seconds in medians.items():
        most = f"{IMPORTS[name]:10.1f}" if name in IMPORTS else ""
        times = seconds / medians[BASE]
        print(f"{name:44}{seconds * 1000:6.0f}{times:8.2f}{most}")


if __name__ == "__main__":
    main()
