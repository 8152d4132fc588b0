"""Experiments on the command line, done by several processes."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from recovery_core.cli import workers
from recovery_core.simulation import Experiment
from recovery_core.simulation.runs import blocks
from tests.support.experiments import ONE, SMALL, asked, folder_of_two


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two experiments, in which every test stands."""
    return folder_of_two(tmp_path, monkeypatch)


def test_workers_change_nothing(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    """To the last digit; policies may be in a file beside the experiment."""
    (here / "own_rules.py").write_text(
        "from recovery_core import Award\ndef none(claim): return Award.nothing()\n",
        encoding="utf-8",
    )
    text = Path("shop.toml").read_text(encoding="utf-8")
    text = text.replace("recovery_core.policy:Reimbursement", "own_rules:none")
    (here / "own.toml").write_text(text, encoding="utf-8")
    words = ("compare", "own.toml", *SMALL, "--json", "--allow", "own_rules")
    code, alone, _ = asked(capsys, *words)
    assert code == 0
    assert asked(capsys, *words, "--workers", "2")[1] == alone


def test_every_worker_gets_some_of_the_customers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks are no larger than their share; a sweep hands out its runs."""

    def threads(count: int, *_: object, **__: object) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(count)

    spans: list[object] = []
    work = blocks._run_one_block

    def watched(job: Any, span: Any) -> Any:
        spans.append(span)
        return work(job, span)

    monkeypatch.setattr(workers, "ProcessPoolExecutor", threads)
    monkeypatch.setattr(blocks, "_run_one_block", watched)
    for words in (
        ("simulate", "shop.toml", "--company", "today"),
        ("simulate", "shop.toml", "--company", "today", "--paradox"),
        ("sweep", "shop.toml"),
    ):
        _, alone, _ = asked(capsys, *words, *SMALL, "--json")
        spans.clear()
        _, found, _ = asked(capsys, *words, *SMALL, "--json", "--workers", "2")
        assert found == alone
        assert len(spans) == (3 if "sweep" in words else 2)


def test_a_worker_that_dies_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, and no trace of how it came about."""

    def broken(*_: object, **__: object) -> None:
        raise BrokenProcessPool("ended\nabruptly")

    monkeypatch.setattr(Experiment, "simulate", broken)
    code, out, err = asked(capsys, "simulate", "one.toml")
    assert (code, out) == (2, "")
    told = "a worker died, perhaps for want of memory: ended abruptly"
    assert err == f"recovery-core: {told}\n"


# ------------------------------------------------------------------------------ Ctrl-C


SLOW = """
import os, signal, time
from pathlib import Path
from recovery_core import Award

def slow(claim):
    held = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    Path(f"{signal.SIGINT in held}.{os.getpid()}").touch()
    time.sleep(600)
    return Award.nothing()
"""
TRIES = 600
"""Tenths of a second: far more than any machine takes, so that nothing hangs."""


def _patiently(is_there: Any) -> bool:
    """Wait for something to become so."""
    for _ in range(TRIES):
        if is_there():
            return True
        time.sleep(0.1)
    return False


def _is_running(process: int) -> bool:
    """Tell whether a process is there, and no mere entry that nobody took note of."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
@pytest.mark.parametrize("words", [("simulate",), ("sweep", "--json")], ids=str)
def test_ctrl_c_ends_every_process_in_the_middle_of_its_work(
    here: Path, words: tuple[str, ...]
) -> None:
    """130, without a word, and nobody works on; a block would take ten minutes."""
    (here / "own_slow.py").write_text(SLOW, encoding="utf-8")
    text = ONE.replace("Reimbursement", "own_slow:slow")
    text += "[sweep]\n'company.only.rounds' = [1, 2, 3, 4]\n"
    (here / "slow.toml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "recovery_core", *words, "slow.toml"]
    program = subprocess.Popen(
        [*command, "--allow", "own_slow", "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert _patiently(lambda: len([*here.glob("*e.[0-9]*")]) == 2)
        names = [path.name for path in here.glob("*e.[0-9]*")]
        # Ctrl-C goes to the whole group: what is being started must not complain.
        os.killpg(program.pid, signal.SIGINT)
        out, err = program.communicate(timeout=TRIES / 10)
    finally:
        program.kill()
    assert (program.returncode, out, err) == (130, "", "")
    held, processes = zip(*(name.split(".") for name in names), strict=True)
    assert held == ("True", "True")
    assert program.pid not in map(int, processes)
    assert _patiently(lambda: not any(_is_running(int(each)) for each in processes))


def test_an_error_in_one_process_ends_the_others(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits for what the others come to."""
    (here / "own_grim.py").write_text(
        "import time\n"
        "from pathlib import Path\n"
        "def grim(claim):\n"
        "    try: Path('first').mkdir()\n"
        "    except FileExistsError: time.sleep(600)\n"
        "    raise KeyError('mood')\n",
        encoding="utf-8",
    )
    text = ONE.replace("Reimbursement", "own_grim:grim")
    (here / "grim.toml").write_text(text, encoding="utf-8")
    words = ("simulate", "grim.toml", "--allow", "own_grim", "--workers", "2")
    code, out, err = asked(capsys, *words)
    assert (code, out) == (2, "")
    assert "grim broke its contract" in err


def test_processes_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those that were started here are ended."""

    class Child:
        ended = False

        def terminate(self) -> None:
            self.ended = True

    theirs, ours = Child(), Child()
    children = iter([[theirs], [theirs, ours]])
    monkeypatch.setattr(workers, "active_children", lambda: next(children))

    def give_up() -> None:
        with workers.worker_processes(1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert (theirs.ended, ours.ended) == (False, True)


def test_where_no_signal_can_be_held_processes_ignore_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on Windows; they begin with that."""
    monkeypatch.delattr(signal, "pthread_sigmask")
    with workers.worker_processes(1) as executor:
        assert executor is not None
        found = executor.submit(signal.getsignal, signal.SIGINT).result()
    assert found == signal.SIG_IGN
    told: list[object] = []
    monkeypatch.setattr(signal, "signal", lambda *words: told.append(words))
    vars(workers)["_ignore_interrupts"]()
    assert told == [(signal.SIGINT, signal.SIG_IGN)]


def test_an_answer_that_nobody_waits_for_is_dropped() -> None:
    """And the pool itself hears nothing of that."""
    work: Future[int] = Future()
    answer: Future[int] = Future()
    assert answer.cancel()
    work.set_result(1)
    vars(workers)["_hand_on"](answer, work)
    assert answer.cancelled()
    assert not work.cancelled()
