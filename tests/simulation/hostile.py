"""Load files that somebody hostile wrote, and tell what happened beside.

Run as a program: it reads texts of experiment files as JSON on the standard input, and
prints as JSON what became of each, what was done that no file may do, and which
functions of the allowed module were called.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from recovery_core.errors import InvalidValueError
from recovery_core.simulation import load_experiment
from recovery_core.simulation.files.offered import ROOMS, names_of

HARM = (
    *("ctypes", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("os.system", "pty", "shutil", "socket", "subprocess", "urllib", "webbrowser"),
    *("os.chmod", "os.link", "os.mkdir", "os.putenv", "os.remove", "os.rename"),
    *("os.rmdir", "os.symlink", "os.truncate", "os.unsetenv", "os.kill"),
)
"""What a file that is read does not do; Python tells each to who listens."""

MINE = """
import os
import subprocess
from functools import partial
from subprocess import check_output
from recovery_core.policy import capped
from recovery_core.tables import Table
from recovery_core.simulation import sweep
from recovery_core.simulation.sweeps.manifest import write_whole

CALLED = []


def wipe(path="x", **more):
    CALLED.append("wipe")


def count(claim) -> int:
    CALLED.append("count")


def counts(*claims, **more) -> int:
    CALLED.append("counts")


class Trap:
    def __init__(self, *given, **more):
        CALLED.append("Trap")

    def __getattr__(self, name):
        CALLED.append(name)


class Number:
    def __init__(self, *given, **more):
        CALLED.append("Number")

    def __call__(self, claim) -> int:
        CALLED.append("Number()")


def trap() -> Trap:
    CALLED.append("trap")


RUN = partial(os.system, "touch harm")
SELF = wipe.__globals__
"""

done: list[str] = []
is_watched = False


def watch(event: str, args: tuple[Any, ...]) -> None:
    """Write down what no file may do."""
    if not is_watched:
        return
    if event == "import" and args[0].partition(".")[0] not in ("recovery_core", "mine"):
        done.append(f"import {args[0]}")
    if event == "open" and _is_written(*args[1:3]):
        done.append(f"open {args[0]} {args[1]} {args[2]}")
    if event.startswith(HARM):
        done.append(f"{event} {args}")


def _is_written(mode: object, flags: object) -> bool:
    """Tell whether a file is opened to be changed."""
    wanted = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    return bool(set("wax+") & set(str(mode or ""))) or bool(int(str(flags)) & wanted)


def _outcome(text: str) -> str:
    """Load one file; only our own refusal, in one line, is an answer."""
    global is_watched  # noqa: PLW0603 - the hook has nobody else to ask
    Path("x.toml").write_text(text, encoding="utf-8")
    is_watched = True
    try:
        load_experiment("x.toml", allow=["mine"])
    except InvalidValueError as error:
        return str(error)
    except BaseException as error:  # noqa: BLE001 - told, and judged by the test
        return f"!{type(error).__name__}: {error}"
    finally:
        is_watched = False
    return ""


def _warm() -> None:
    """Load what the library loads late, so that only what is foreign is told."""
    for room in ROOMS:
        for name in names_of(room):
            _outcome(f'[company.a]\npolicy = "{room}:{name}"\n')
    _outcome('[company.a]\npolicy = "nothing of the kind"\n')
    done.clear()


if __name__ == "__main__":
    Path("mine.py").write_text(MINE, encoding="utf-8")
    _outcome('[company.a]\npolicy = "mine:count"\n')
    sys.addaudithook(watch)
    _warm()
    told = [_outcome(text) for text in json.load(sys.stdin)]
    called: list[str] = sys.modules["mine"].CALLED
    json.dump({"told": told, "done": done, "called": called}, sys.stdout)
