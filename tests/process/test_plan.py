from __future__ import annotations

import copy
import os
import pickle
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import attrs
import pytest
import transitions
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core.errors import InvalidProcessError, InvalidValueError
from recovery_core.process import (
    FIVE_STEPS,
    AtMost,
    Process,
    Step,
    compile_machine,
    define,
    five_steps,
)
from recovery_core.process.definition import ProcessMachine, build
from recovery_core.process.standard import MACHINE
from recovery_core.process.step import Edge

NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)
STATES = NAMES.filter(lambda name: name not in {"*", "="})
TRIGGERS = STATES.filter(lambda name: name not in {"record", "report", "state"})


@st.composite
def written(draw: st.DrawFn) -> dict[str, Any]:
    """Write down any sound process: every state is entered, and left for an end."""
    states = draw(st.lists(STATES, min_size=2, max_size=5, unique=True))
    triggers = draw(st.lists(TRIGGERS, min_size=4, max_size=7, unique=True))
    *opened, final = states
    away, *others = triggers
    enter, others = others[: len(opened) - 1], others[len(opened) - 1 :]
    steps = [Step(away, opened, final)]
    steps += [Step(t, opened[0], s) for t, s in zip(enter, opened[1:], strict=False)]
    opened = opened[: len(enter) + 1]
    steps[0] = Step(away, opened, final)
    for trigger in others:
        limit = draw(st.none() | st.integers(1, 3))
        for source in draw(st.lists(st.sampled_from(opened), unique=True)):
            target = draw(st.none() | st.sampled_from([*opened, final]))
            begins = limit is None and draw(st.booleans())
            step = Step(trigger, source, target, limit=limit, begins_cycle=begins)
            steps.append(step)
        if limit is None and draw(st.booleans()):
            target = draw(st.sampled_from(opened))
            steps.append(Step(trigger, final, target, begins_cycle=True))
    return {"initial": opened[0], "final": final, "steps": steps}


@attrs.define
class Cursor:
    """Be walked by the machine: slotted, unregistered, counting for itself."""

    state: str
    counts: Counter[str] = attrs.Factory(Counter)

    def count(self, trigger: str, /) -> int:
        """Tell how often a trigger was taken in this cycle."""
        return self.counts[trigger]

    def fire(self, machine: ProcessMachine, trigger: str) -> bool:
        """Ask the machine for a step, and count it if it was taken."""
        ways = machine.get_transitions(trigger, self.state)
        try:
            fired = machine.events[trigger].trigger(self)
        except transitions.MachineError:
            return False
        if fired and vars(ways[0])["begins_cycle"]:
            self.counts.clear()
        elif fired:
            self.counts[trigger] += 1
        return fired


def hold_equal(
    machine: ProcessMachine, process: Process, chosen: list[str]
) -> tuple[int, int]:
    """Drive machine, dict and table with the same triggers; count taken and refused."""
    cursor = Cursor(process.initial)
    state, row, counts = process.initial, process.row[process.initial], Counter[str]()
    table = memoryview(process.table).cast("b")
    width, taken = len(process.triggers), 0
    for trigger in chosen:
        allowed = trigger in process.allowed(state, counts.__getitem__)
        move = process.moves[state].get(trigger)
        cell = table[row * width + process.column[trigger]]
        assert (move is None) == (cell < 0)
        assert cursor.fire(machine, trigger) == allowed
        if move is not None and allowed:
            taken += 1
            state, row = move.target, cell
            counts[trigger] += 1
            if move.begins_cycle:
                counts.clear()
        assert cursor.state == state == process.states[row]
        assert cursor.counts == counts
        if not process.moves[state]:
            cursor = Cursor(process.initial)
            state, row = process.initial, process.row[process.initial]
            counts.clear()
    return taken, len(chosen) - taken


def test_machine_dict_and_table_agree_on_the_five_steps() -> None:
    """One definition, three readers, and no trigger on which they differ."""
    luck = random.Random(20260601)
    # Merging ends a walk for good, so it is drawn less often.
    usual = [t for t in FIVE_STEPS.triggers if t != "merge"] * 9
    chosen = luck.choices([*usual, "merge"], k=40_000)
    taken, refused = hold_equal(MACHINE, FIVE_STEPS, chosen)
    assert taken > 5_000
    assert refused > 5_000


@settings(max_examples=200)
@given(steps=written(), luck=st.randoms(use_true_random=False))
def test_machine_dict_and_table_agree_on_any_process(
    steps: dict[str, Any], luck: random.Random
) -> None:
    """Whatever process a user writes, its compiled forms do as its machine does."""
    machine, process = build("any", **steps), define("any", **steps)
    chosen = luck.choices(process.triggers, k=100)
    taken, _ = hold_equal(machine, process, chosen)
    assert taken


@given(steps=written(), luck=st.randoms(use_true_random=False))
def test_the_order_of_steps_does_not_matter(
    steps: dict[str, Any], luck: random.Random
) -> None:
    """Two people who write the same steps in another order have one process."""
    first = define("p", **steps)
    luck.shuffle(steps["steps"])
    second = define("p", **steps)
    assert first == second
    assert hash(first) == hash(second)
    assert first.hash == second.hash
    assert first.moves == second.moves


def roundtrip(process: Process) -> Process:
    """Send a process to a worker and back."""
    loads: Callable[[bytes], Process] = pickle.loads
    return loads(pickle.dumps(process))


@given(steps=written())
def test_pickling_and_copying_give_an_equal_process(steps: dict[str, Any]) -> None:
    """A process travels to a worker and back without a machine in its luggage."""
    process = define("p", **steps)
    copies = [
        roundtrip(process),
        copy.deepcopy(process),
        copy.copy(process),
    ]
    for other in copies:
        assert other == process
        assert other.hash == process.hash
        assert other.table == process.table
        assert other.moves == process.moves
    assert b"transitions" not in pickle.dumps(process)


def variants(process: Process) -> list[tuple[Edge, ...]]:
    """Change a process in every way that changes what may happen."""
    edges = process.edges
    changed = [(*edges[:n], *edges[n + 1 :]) for n in range(len(edges))]
    for n, edge in enumerate(edges):
        for state in process.states:
            other = attrs.evolve(edge, target=state)
            if other != edge:
                changed.append((*edges[:n], other, *edges[n + 1 :]))
        if edge.limit is None and edge.source not in process.final:
            other = attrs.evolve(edge, begins_cycle=not edge.begins_cycle)
            changed.append((*edges[:n], other, *edges[n + 1 :]))
    for trigger in process.triggers:
        own = {edge for edge in edges if edge.trigger == trigger}
        if not any(edge.begins_cycle for edge in own):
            changed += [
                tuple(attrs.evolve(e, limit=limit) if e in own else e for e in edges)
                for limit in {None, 7} - {process.limits.get(trigger)}
            ]
    return changed


def test_the_hash_changes_with_any_edge() -> None:
    """No two processes that allow different things share a version."""
    hashes = {FIVE_STEPS.hash}
    changed = variants(FIVE_STEPS)
    hashes |= {attrs.evolve(FIVE_STEPS, edges=edges).hash for edges in changed}
    ends = [attrs.evolve(FIVE_STEPS, final={"closed", "merged", "amended"}, edges=[])]
    ends += [attrs.evolve(FIVE_STEPS, final="merged", edges=[])]
    ends += [attrs.evolve(FIVE_STEPS, initial="offered", edges=[])]
    hashes |= {process.hash for process in ends}
    assert len(hashes) == 1 + len(changed) + len(ends)


def test_the_hash_ignores_what_is_only_said() -> None:
    """Another name or wording is no other version; but it is another value."""
    renamed = attrs.evolve(FIVE_STEPS, name="other")
    reworded = attrs.evolve(
        FIVE_STEPS, edges=[attrs.evolve(e, carries="") for e in FIVE_STEPS.edges]
    )
    assert renamed.hash == reworded.hash == FIVE_STEPS.hash
    assert len({renamed, reworded, FIVE_STEPS}) == 3


def test_the_hash_is_known_and_the_same_everywhere() -> None:
    """The version stamped on a case does not depend on the run that stamped it."""
    code = "from recovery_core.process import FIVE_STEPS; print(FIVE_STEPS.hash)"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("0", "1", "4711")
    }
    assert printed == {FIVE_STEPS.hash} == {"cad140779b3c48d7"}


def test_every_move_is_stamped_with_its_process() -> None:
    """An event that keeps its move tells which version it followed."""
    process = five_steps(rounds=2)
    moves = [move for row in process.moves.values() for move in row.values()]
    assert len(moves) == len(process.edges)
    assert {m.process for m in (*moves, *process.stays.values(), process.opening)} == {
        process.hash
    }
    assert {m.target for m in moves if m.ends} == process.final
    assert [m.trigger for m in moves if m.begins_cycle] == ["reopen"]
    assert {m.trigger: m.limit for m in moves if m.limit} == {"offer": 2}


def test_what_is_looked_up_cannot_be_written() -> None:
    """A process is a value: nobody changes it for everybody else."""
    moves: Any = FIVE_STEPS.moves
    with pytest.raises(TypeError):
        moves["closed"] = {}
    with pytest.raises(TypeError):
        moves["closed"]["pay"] = FIVE_STEPS.opening
    frozen: Any = FIVE_STEPS
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        frozen.name = "mine"


def test_allowed_lists_what_may_be_asked_for_now() -> None:
    """A step that used up its bound is not offered again."""
    before = FIVE_STEPS.allowed("contested", Counter(offer=2).__getitem__)
    assert before == ("offer", "decline", "concede", "withdraw", "escalate", "merge")
    assert FIVE_STEPS.allowed("contested", Counter(offer=3).__getitem__) == before[1:]
    assert FIVE_STEPS.allowed("merged", Counter[str]().__getitem__) == ()
    with pytest.raises(InvalidValueError, match="'lost' is no state of five steps"):
        FIVE_STEPS.allowed("lost", Counter[str]().__getitem__)


def test_the_table_is_what_numpy_reads() -> None:
    """The bytes are int8, row after row, as the docstring says."""
    numpy = pytest.importorskip("numpy")
    table = numpy.frombuffer(FIVE_STEPS.table, "int8").reshape(
        len(FIVE_STEPS.states), len(FIVE_STEPS.triggers)
    )
    row, column = FIVE_STEPS.row, FIVE_STEPS.column
    assert table[row["offered"], column["accept"]] == row["accepted"]
    assert table[row["reported"], column["accept"]] == -1
    assert (table >= 0).sum() == len(FIVE_STEPS.edges)


def test_a_process_may_be_over_before_it_begins() -> None:
    """One final state and no step is a process, if a dull one."""
    dull = define("dull", initial="z", final="z", steps=[])
    assert (dull.table, dull.triggers, dull.opening.ends) == (b"", (), True)


def test_at_most_counts_only_its_own_trigger() -> None:
    """A machine whose step is held back by another step's count is refused."""
    machine = build("p", initial="a", final="z", steps=[Step("go", "a", "z", limit=1)])
    edge = machine.events["go"].transitions["a"][0]
    edge.conditions[0].func = AtMost("stop")
    with pytest.raises(InvalidProcessError, match="counts 'stop'"):
        compile_machine(machine, name="p")
