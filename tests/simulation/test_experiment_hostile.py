"""A file is data: whatever it names, nothing is run that it may not name."""

import json
import subprocess
import sys
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from recovery_core.simulation.files.offered import ROOMS, names_of

CHILD = Path(__file__).with_name("hostile.py")
ONE = '[company.a]\npolicy = "Reimbursement"\n'
WORLD = f'{ONE}[world]\nuse = "shop"\n'

PLACES = {
    "a world": f'{ONE}[world]\nuse = "@"\n',
    "a company": '[company.a]\nuse = "@"\n',
    "a policy": '[company.a]\npolicy = "@"\n',
    "a policy with parameters": "[company.a]\npolicy = {$}\n",
    "a policy of a policy": (
        '[company.a]\npolicy = { use = "capped", policy = {$}, at = "EUR 5.00" }\n'
    ),
    "a policy of a policy, bare": (
        '[company.a]\npolicy = { use = "set_off", policy = "@" }\n'
    ),
    "a condition": (
        '[company.a]\npolicy = { use = "only_if", condition = "@", because = "x", '
        'policy = "Reimbursement" }\n'
    ),
    "an attribution": f'{ONE}attribution = "@"\n',
    "an attribution of an attribution": (
        f'{ONE}attribution = {{ use = "ToRoots", rule = {{$}} }}\n'
    ),
    "a match": (
        f'{ONE}attribution = {{ use = "FirstMatch", cases = [{{ when = {{$}}, '
        f'party = "firm", reason = "@" }}], otherwise = "firm" }}\n'
    ),
    "a liability": f"{ONE}liability = {{$}}\n",
    "a detector": f"{ONE}abuse = {{$}}\n",
    "a detector of a detector": (
        f'{ONE}abuse = {{ use = "Tolerant", detector = "@", factor = 2 }}\n'
    ),
    "an authority": f'{ONE}authority = "@"\n',
    "a register": f'{ONE}authority = {{ use = "Authority", spent_by = {{$}} }}\n',
    "a process": f"{ONE}process = {{$}}\n",
    "a grant": f'{ONE}authority = {{ use = "Authority", grants = [{{$}}] }}\n',
    "a team": f"{ONE}response = {{$}}\n",
    "records": f'{ONE}records = "@"\n',
    "lessons": f"{ONE}learning = {{$}}\n",
    "a memory": f'{WORLD}memory = "@"\n',
    "a loyalty": f"{WORLD}loyalty = {{$}}\n",
    "a temptation": f"{WORLD}temptation = {{$}}\n",
    "a tier": f"{WORLD}tier = [{{$}}]\n",
    "a failure": f"{WORLD}failure = [{{$}}]\n",
    "a kind of failure": f'{WORLD}failure.0.kind = "@"\n',
    "a cause": f"{WORLD}failure.0.causes = [{{$}}]\n",
    "all reactions": f'{WORLD}reactions = "@"\n',
    "a reaction": f'{WORLD}reactions = ["@"]\n',
    "a reaction with parameters": f"{WORLD}reactions = [{{$}}]\n",
    "a changed reaction": f"{WORLD}reactions.Waiting = {{$}}\n",
    "a reaction of a reaction": (
        f'{WORLD}reactions = [{{ use = "Compensation", rejected = {{$}} }}]\n'
    ),
    "a swept policy": f'{ONE}[sweep]\n"company.a.policy" = ["@"]\n',
    "a swept parameter": f'{ONE}[sweep]\n"company.a.abuse" = [{{$}}]\n',
    "a swept world": f'{WORLD}[sweep]\n"world.use" = ["@"]\n',
}
"""Wherever a file names something: ``@`` is the name, ``{$}`` a table with it."""

KINDS = (
    *("a world", "a company", "a policy", "a policy with parameters", "a condition"),
    *("an attribution", "a liability", "a detector", "an authority", "a register"),
    *("a process", "a team", "a memory", "a cause", "all reactions", "a reaction"),
)
"""One place for each sort of thing: so many are enough for what is no secret."""

PARAMETERS = (
    'args = "touch harm", shell = true',
    'command = "touch harm"',
    "source = \"import os; os.system('touch harm')\"",
    'file = "harm", mode = "w"',
    'path = "harm"',
    'folder = "harm"',
    'name = "harm"',
)

FOREIGN = (
    *("subprocess:check_output", "subprocess:Popen", "os:system", "posix:system"),
    *("builtins:eval", "builtins:exec", "builtins:open", "builtins:__import__"),
    *("importlib:import_module", "pathlib:Path", "pathlib:Path.unlink", "sys:exit"),
    *("shutil:rmtree", "runpy:run_path", "ctypes:CDLL", "webbrowser:open"),
    *("pickle:loads", "code:interact", "timeit:timeit", "antigravity:geohash"),
    *("urllib.request:urlopen", "functools:partial", "operator:attrgetter"),
    *("this:s", "z3:Solver", "no_such_module:x", "check_output", "os.system"),
)
"""Of modules that nobody allowed."""

CHAINS = (
    "recovery_core:import_module",
    "recovery_core:policy.Table",
    "recovery_core.cli:main",
    "recovery_core.cli.sources:load",
    "recovery_core.policy:import_module",
    "recovery_core.tables:column.checks",
    "recovery_core.tables:Table.from_json",
    "recovery_core.policy:Reimbursement.__init__.__globals__",
    "recovery_core.policy:__builtins__",
    "recovery_core.tables:_READERS",
    "recovery_core.tables.compile:compile_table",
    "recovery_core.simulation.files:os.system",
    "recovery_core.simulation.files.loading:os.system",
    "recovery_core.simulation.files.naming:import_module",
    "recovery_core.simulation.sweeps.manifest:write_whole",
    "recovery_core.simulation:plots.plot_sweep",
    "recovery_core.simulation.plots:plot_sweep",
    *("usual.__globals__", "prove", "plots", "reactions", "column"),
)
"""Through the library into something that is none of its offers."""

MINE = (
    *("mine:os.system", "mine:os", "mine:subprocess.check_output", "mine:check_output"),
    *("mine:RUN", "mine:SELF", "mine:CALLED.append", "mine:Trap", "mine:trap"),
    *("mine:Trap.__init__.__globals__", "mine:Trap.__subclasses__", "mine:Number"),
    *("mine:__builtins__", "mine:__loader__.load_module", "mine:__spec__.loader"),
    *("mine:counts", "mine:Table.from_json", "mine:capped.__globals__"),
    *("mine:write_whole", "mine:sweep"),
)
"""Of an allowed module, and nothing that fits anywhere."""

ODD = (
    *("", ":", "a:", ":b", "a:b:c", "mine", "mine:", "./mine:wipe", "..mine:wipe"),
    *("../late.json", "/etc/late.json", "//server/late.json", "a/../../late.json"),
    *("C:late.json", "mine:wipe@2025-01-01", "x.json@2025-01-01", "Reimbursement@x"),
)
REFUSED = (*FOREIGN, *CHAINS, *MINE, *ODD)
OFFERED = tuple(f"{room}:{name}" for room in ROOMS for name in names_of(room))


def _written(place: str, name: str, number: int) -> str:
    """Write a file that names something; parameters take turns."""
    table = f'{{ use = "{name}", {PARAMETERS[number % len(PARAMETERS)]} }}'
    return PLACES[place].replace("{$}", table).replace("@", name)


@cache
def loaded(names: tuple[str, ...]) -> Any:
    """Load a file for every place and every name, in a process that is watched."""
    cases = [*product(PLACES if names is REFUSED else KINDS, names)]
    texts = [_written(place, name, n) for n, (place, name) in enumerate(cases)]
    found = subprocess.run(
        [sys.executable, str(CHILD)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        cwd=_folder,
    )
    assert not found.returncode, found.stderr
    answer = json.loads(found.stdout)
    answer["told"] = dict(zip(cases, answer["told"], strict=True))
    return answer


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the files are written."""
    global _folder  # noqa: PLW0603 - shared by the runs of this module
    _folder = tmp_path_factory.mktemp("hostile")
    return _folder


_folder = Path()


@pytest.mark.parametrize("names", [REFUSED, OFFERED], ids=["hostile", "public"])
def test_no_name_runs_anything(names: tuple[str, ...]) -> None:
    """No process, no file that is written, no foreign module, no call of a trap.

    Whatever is public in the library stands in turn at every place as well.
    """
    found = loaded(names)
    assert found["done"] == []
    assert found["called"] == []
    assert not (_folder / "harm").exists()


@pytest.mark.parametrize("names", [REFUSED, OFFERED], ids=["hostile", "public"])
def test_what_does_not_fit_is_refused_in_a_line(names: tuple[str, ...]) -> None:
    """With our own error, the file and the place; the hostile names everywhere."""
    for (place, name), told in loaded(names)["told"].items():
        if names is REFUSED:
            assert told, (place, name)
        if told:
            assert told.startswith("x.toml: "), (place, name, told)
            assert "\n" not in told


def test_the_watch_sees_what_it_watches_for() -> None:
    """Or else the law would hold of anything."""
    probe = (
        "import hostile, sys, os, subprocess\n"
        "sys.addaudithook(hostile.watch)\n"
        "hostile.is_watched = True\n"
        "import colorsys\n"
        "open(os.devnull, 'w').close()\n"
        "os.system('true')\n"
        "subprocess.run([sys.executable, '-c', ''])\n"
        "hostile.is_watched = False\n"
        "print(*(line.split()[0] for line in hostile.done))\n"
    )
    words = [sys.executable, "-c", probe]
    found = subprocess.run(
        words, capture_output=True, text=True, check=True, cwd=CHILD.parent
    )
    seen = found.stdout.split()
    assert {"import", "open", "os.system", "subprocess.Popen"} <= set(seen)
