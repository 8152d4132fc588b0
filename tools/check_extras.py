"""Install each extra by itself, and run the least that its page promises.

    python tools/check_extras.py WHEEL [EXTRA ...]

An extra of users is first done without: there its part must say what to type. That
is then typed, and the same program must run. `docs` has to build the pages, and the
extras of developers have to be something that can be installed.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from find_python import clean_environment

ROOT = Path(__file__).parents[1]

TABLE = """
import recovery_core as rc
from recovery_core.tables import Rule, Table, column, diff, half_of, plot_table, prove
late = column.minutes("arrival_delay", most=600)
fare = column.money("fare", "EUR", most=rc.Money("900.00", "EUR"))
half = Rule("half", when=late.between(30, 60), amends=half_of(fare))
full = Rule("full", when=late >= 60, amends=fare)
repay = Table("Delay Repay", rules=[half, full], otherwise="less than 30 minutes late")
"""

CORE = f"""
from importlib.resources import files
import recovery_core
from recovery_core import *
from recovery_core.cli import main
from recovery_core.policy import *
from recovery_core.schedules import *
from recovery_core.tables import *
assert (files(recovery_core) / "py.typed").is_file(), "py.typed is missing"
{TABLE}
assert Table.from_json(repay.to_json()) == repay
assert str(repay.explain(dict(arrival_delay=45, fare=rc.Money("42.01", "EUR"))))
assert diff(repay, repay).is_empty
assert main(["policy", "show", "recovery_core.schedules:energy_supplier"]) == 0
"""

BATCH = f"""
{TABLE}
from recovery_core.tables import decide
data = dict(arrival_delay=[5, 45, 61], fare=[4200, 4201, 9900])
decided = decide(repay, data)
assert decided.minor.tolist() == [0, 2101, 9900]
from recovery_core.policy import Reimbursement
from recovery_core.simulation import compare
change = compare(Reimbursement(), Reimbursement(), customers=300, months=2, seed=7)
assert change["cost"].value == 0, change
"""

CLI = """
import sys
from io import StringIO
from recovery_core._importing import require_extra
require_extra("cli", "this")
class Terminal(StringIO):
    def isatty(self): return True
from recovery_core.cli import main
sys.stdout, shown = Terminal(), sys.stdout
assert main(["policy", "show", "recovery_core.schedules:energy_supplier"]) == 0
text, sys.stdout = sys.stdout.getvalue(), shown
assert "\\u2502" in text, text
"""

PLOTS = f"""
{TABLE}
from pathlib import Path
plot_table(repay, late, fare).savefig("t.png")
assert Path("t.png").read_bytes()[1:4] == b"PNG"
"""

PROOFS = f"""
{TABLE}
assert prove.never_above(repay, fare)
assert prove.rises_with(repay, late)
assert not prove.never_above(repay, rc.Money("1.00", "EUR"))
"""

TESTING = f"""
import recovery_core.testing
{TABLE}
from pathlib import Path
import subprocess, sys
Path("test_it.py").write_text('''
{TABLE}
from recovery_core._importing import has_extra
from recovery_core.testing import check_policy
def test_repay(recovery_engine):
    assert recovery_engine(policy=repay)
    report = check_policy(repay, never_above=fare, rises_with=late, max_examples=20)
    print(report)
    assert ("never tried: it decides many" in str(report)) != has_extra("batch")
    assert ("proved: it never pays more" in str(report)) == has_extra("proofs")
''')
words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
subprocess.run(words, check=True)
"""

DEMO = """
from recovery_core.cli import main
assert main(["demo"]) == 0
assert main(["demo", "--backtest"]) == 0
"""

CLUSTER = """
import dask.distributed, ray
from recovery_core.policy import Reimbursement
from recovery_core.simulation import RayExecutor, simulate
asked = dict(customers=600, months=2, seed=7)
alone = simulate(Reimbursement(), **asked)
with (
    dask.distributed.LocalCluster(
        processes=False, n_workers=1, dashboard_address=":0"
    ) as cluster,
    dask.distributed.Client(cluster) as client,
    client.get_executor(pure=False) as workers,
):
    shared = simulate(Reimbursement(), block=200, executor=workers, **asked)
assert shared.totals == alone.totals
ray.init(num_cpus=1, include_dashboard=False, object_store_memory=80_000_000)
shared = simulate(Reimbursement(), block=200, executor=RayExecutor(ray), **asked)
assert shared.totals == alone.totals
"""

PROGRAMS: Final[Mapping[str, str]] = {
    "": CORE,
    "batch": BATCH,
    "cli": CLI,
    "plots": PLOTS,
    "proofs": PROOFS,
    "testing": TESTING,
    "testing,proofs": TESTING,
    "testing,batch": TESTING,
    "demo": DEMO,
    "cluster": CLUSTER,
}
"""By what is installed; where there are several, the pages promise them together."""

MISSED: Final = ("batch", "plots", "proofs", "testing", "demo")
"""Without these, the program has to fail, and to say what to type."""

OF_DEVELOPERS: Final = ("types", "lint", "package", "bench", "test", "dev")
"""Others than users have these; they are asked for no more than to fit together."""


class CheckError(Exception):
    """Say what does not hold."""


def main() -> int:
    """Check what is asked for; return 1 if something does not hold."""
    wheel = str(Path(sys.argv[1]).resolve())
    asked = sys.argv[2:] or [*PROGRAMS, "docs", *OF_DEVELOPERS]
    failures = 0
    for extra in asked:
        began = time.monotonic()
        try:
            with tempfile.TemporaryDirectory() as folder:
                check(wheel, extra, Path(folder))
        except CheckError as error:
            failures += 1
            print(f"[{extra}] FAILED: {error}", flush=True)
        else:
            print(f"[{extra}] {time.monotonic() - began:.0f} s", flush=True)
    print(f"{len(asked) - failures} passed, {failures} failed")
    return min(failures, 1)


def check(wheel: str, extra: str, folder: Path) -> None:
    """Check one extra, or several that are installed together.

    Raises:
        CheckError: It does not hold.
    """
    wanted = f"{wheel}[{extra}]" if extra else wheel
    if extra in OF_DEVELOPERS:
        make(folder, "--dry-run", wanted)
    elif extra == "docs":
        pages = ROOT / "docs", folder / "html"
        run(make(folder, wanted), "-m", "sphinx", "-n", "-W", "-q", *pages)
    else:
        program = folder / "program.py"
        program.write_text(PROGRAMS[extra], encoding="utf-8")
        lowest = make(folder / "lowest", "--resolution=lowest-direct", wanted)
        run(lowest, program)
        newest = make(folder / "newest", wheel)
        mend = f"pip install 'recovery-core[{extra}]'"
        if extra in MISSED:
            run(newest, program, refused=mend)
        if extra:
            pip = sys.executable, "-m", "pip", "--python", newest
            run(*pip, *shlex.split(mend)[1:])
        run(newest, program)


def make(folder: Path, *wanted: str) -> Path:
    """Make an environment with something in it, and return its Python."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    run(uv, "venv", "-q", "--python", sys.executable, folder / "env")
    python = folder / "env/bin/python"
    run(uv, "pip", "install", "-q", "--python", python, *wanted)
    return python


def run(*words: str | Path, refused: str | None = None) -> None:
    """Run a program in a folder of its own.

    Raises:
        CheckError: It fails; or it does not fail as it should, with certain words.
    """
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            words,
            cwd=folder,
            env=clean_environment()
            | {"RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
    said = ended.stdout + ended.stderr
    if refused is None and ended.returncode:
        raise CheckError(f"{' '.join(map(str, words))}\n{said}")
    if refused is not None and (not ended.returncode or refused not in said):
        raise CheckError(f"without it, nobody is told: {refused}\n{said}")


if __name__ == "__main__":
    sys.exit(main())
