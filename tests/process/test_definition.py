from __future__ import annotations

import itertools
from enum import Enum, StrEnum
from typing import Any

import attrs
import pytest
import transitions
from hypothesis import given
from hypothesis import strategies as st
from transitions.extensions import HierarchicalMachine

from recovery_core.errors import InvalidProcessError
from recovery_core.process import (
    AtMost,
    NeedsFirst,
    Process,
    Side,
    State,
    Step,
    Trigger,
    compile_machine,
    define,
)
from recovery_core.process.definition import ProcessMachine
from recovery_core.process.step import Edge

OLD: Any = Enum
DONE = OLD("Old", {"DONE": "done"}, type=str).DONE  # its str() is "Old.DONE"
PAY = Step("pay", "asked", "paid", who="company")


def refund(*steps: Step, **changed: Any) -> Process:
    """Define a tiny process, changed as asked."""
    given: dict[str, Any] = {
        "initial": "asked",
        "final": "paid",
        "steps": [PAY, *steps],
    }
    return define("refund", **(given | changed))


def plain_machine(**changed: Any) -> transitions.Machine:
    """Build the same process as anybody would, changed as asked."""
    settings: dict[str, Any] = {
        "model": None,
        "states": ["asked", transitions.State("paid", final=True)],
        "transitions": [["pay", "asked", "paid"]],
        "initial": "asked",
        "auto_transitions": False,
        "send_event": True,
    }
    return transitions.Machine(**(settings | changed))


def test_a_defined_process_says_what_may_follow_what() -> None:
    """What was written down as steps is what may be looked up."""
    process = refund(Step("remind", "asked", who="customer", carries="a word", limit=2))
    assert process.states == ("asked", "paid")
    assert process.triggers == ("pay", "remind")
    assert process.moves["asked"]["remind"].target == "asked"
    assert process.moves["asked"]["remind"].limit == 2
    assert process.moves["asked"]["pay"].ends
    assert process.limits == {"remind": 2}
    assert process.who == {"pay": "company", "remind": "customer"}
    assert process.carries == {"pay": "", "remind": "a word"}
    assert process.opening.target == "asked"
    assert process.opening.source == ""
    assert process.stays["paid"].is_stay


def test_states_stand_in_the_order_in_which_the_steps_lead_to_them() -> None:
    """A reader of the table meets the states as a case does."""
    steps = [
        Step("retry", ("b", "c"), "b"),
        Step("go", "a", "c"),
        Step("end", ("b", "c"), "z"),
    ]
    assert define("p", initial="a", final="z", steps=steps).states == (
        "a",
        "b",
        "c",
        "z",
    )


def test_enum_members_become_plain_text() -> None:
    """A process of the built-in words holds plain texts, so any text finds them."""
    step = Step(Trigger.OFFER, State.REPORTED, DONE, who=Side.CLOCK)
    texts = (step.trigger, *step.sources, step.target, step.who)
    assert [type(text) for text in texts] == [str] * 4
    process = define(State.OFFERED, initial=State.REPORTED, final=DONE, steps=[step])
    names = (process.name, process.initial, *process.states, *process.final)
    assert {type(name) for name in names} == {str}


@pytest.mark.parametrize(
    "name", ["", " ", "a ", "\ta", "a\nb", "*", "=", 3, None, b"a"]
)
def test_a_name_is_one_line_of_text(name: Any) -> None:
    """What cannot be read in a log or a table is no name."""
    with pytest.raises(InvalidProcessError, match="cannot name a trigger"):
        Step(name, "asked", "paid")
    with pytest.raises(InvalidProcessError, match="cannot name a state"):
        Step("pay", [name], "paid")
    with pytest.raises(InvalidProcessError, match="cannot name a state"):
        Edge(trigger="pay", source="asked", target=name)
    with pytest.raises(InvalidProcessError, match="cannot name a state"):
        refund(final=[name])
    with pytest.raises(InvalidProcessError, match="cannot name a process"):
        define(name, initial="asked", final="paid", steps=[PAY])


@pytest.mark.parametrize("name", ["record", "report"])
def test_the_words_of_the_log_are_taken(name: str) -> None:
    """No trigger may look like the opening of a case or a note in it."""
    with pytest.raises(InvalidProcessError, match="take another word"):
        Step(name, "asked", "paid")
    machine = plain_machine(transitions=[[name, "asked", "paid"]])
    with pytest.raises(InvalidProcessError, match="take another word"):
        compile_machine(machine, name="mine")


def test_a_trigger_may_not_be_called_as_the_model_attribute() -> None:
    """What the library refuses comes back as an error of this one."""
    with pytest.raises(InvalidProcessError, match="'state' cannot be a trigger"):
        refund(Step("state", "asked"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"who": "boss"}, "company, customer, clock, either"),
        ({"carries": None}, "describe it in text"),
        ({"limit": 0}, "at least 1"),
        ({"limit": True}, "at least 1"),
        ({"limit": 1.5}, "at least 1"),
        ({"begins_cycle": 1}, "True or False"),
        ({"begins_cycle": True, "limit": 1}, "leave out the limit"),
    ],
)
def test_a_step_that_cannot_be_is_refused_when_written(
    given: dict[str, Any], says: str
) -> None:
    """A step says the mend at once, not when a case gets there."""
    with pytest.raises(InvalidProcessError, match=says):
        Step("pay", "asked", "paid", **given)


def test_a_step_starts_somewhere() -> None:
    """A step without sources could never be taken."""
    with pytest.raises(InvalidProcessError, match="starts nowhere"):
        Step("pay", (), "paid")


def test_a_misspelt_source_is_a_state_nobody_reaches() -> None:
    """A state that no case can reach is named."""
    with pytest.raises(InvalidProcessError, match=r"no case ever reaches 'askd'"):
        refund(Step("remind", "askd", "asked"))


def test_a_state_behind_a_guard_that_never_opens_is_unreachable() -> None:
    """Unreachable means unreachable with the limits, not only on paper."""
    steps = [
        Step("go", ("a", "b"), "b", limit=1),
        Step("end", "b", "z"),
        Step("leave", "c", "z"),
    ]
    with pytest.raises(InvalidProcessError, match="reaches 'c'"):
        define("p", initial="a", final="z", steps=steps)


def test_a_dead_end_is_shown_with_the_shortest_path_to_it() -> None:
    """A case that can get stuck is an error, and the error says how."""
    with pytest.raises(InvalidProcessError, match="'lost' can get stuck") as refused:
        refund(Step("lose", "asked", "lost"), Step("search", "lost"))
    assert refused.value.path == ("lose",)


def test_a_dead_end_behind_a_limit_is_found() -> None:
    """Three refusals and no way out: no static check sees it, the walk does."""
    steps = [
        Step("offer", "asked", "offered", limit=3),
        Step("refuse", "offered", "asked"),
        Step("accept", "offered", "paid"),
    ]
    with pytest.raises(InvalidProcessError, match="'asked' can get stuck") as refused:
        define("haggle", initial="asked", final="paid", steps=steps)
    assert refused.value.path == ("offer", "refuse") * 3


def test_a_final_state_is_only_left_by_beginning_a_cycle() -> None:
    """What is closed stays closed, or the case starts again."""
    with pytest.raises(InvalidProcessError, match="begins_cycle=True"):
        refund(Step("regret", "paid", "asked"))
    assert refund(Step("regret", "paid", "asked", begins_cycle=True)).moves["paid"]


def test_a_process_comes_to_rest_somewhere() -> None:
    """No final state is an error."""
    with pytest.raises(InvalidProcessError, match="has no final state"):
        refund(final=())


def test_one_trigger_leaves_a_state_one_way() -> None:
    """Which of two ways would be taken is nobody's guess."""
    with pytest.raises(InvalidProcessError, match="'pay' leaves 'asked' twice"):
        refund(Step("pay", "asked", "asked", who="company"))


@pytest.mark.parametrize("changed", [{"who": "clock"}, {"carries": "x"}, {"limit": 1}])
def test_one_trigger_means_one_thing(changed: dict[str, Any]) -> None:
    """Whose move a trigger is, what it carries and its bound do not depend on where."""
    with pytest.raises(InvalidProcessError, match="another trigger"):
        refund(
            Step("lose", "asked", "lost"),
            attrs.evolve(PAY, sources="lost", **changed),
        )


def test_a_property_that_breaks_is_an_error_with_the_path() -> None:
    """What was asked for is proved when the process is built."""
    with pytest.raises(InvalidProcessError, match="no pay before check") as refused:
        refund(Step("check", "asked"), properties=[NeedsFirst("pay", "check")])
    assert refused.value.path == ("pay",)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"states": ("a", "a", "z")}, "named twice"),
        ({"states": ("a", "z", "")}, "cannot name a state"),
        ({"states": tuple(f"s{n}" for n in range(128))}, "more than the 127"),
        ({"initial": "b"}, "'b', the initial state, is not among the states"),
        ({"final": ("z", "y")}, "'y', a final state, is not among the states"),
        (
            {"edges": [Edge(trigger="go", source="b", target="z")]},
            "'b', a source of 'go'",
        ),
        (
            {"edges": [Edge(trigger="go", source="a", target="b")]},
            "'b', the target of 'go'",
        ),
    ],
)
def test_a_process_built_by_hand_is_well_formed(
    changed: dict[str, Any], says: str
) -> None:
    """No name in a process is unknown to it, however it was built."""
    edge = Edge(trigger="go", source="a", target="z")
    given = {"states": ("a", "z"), "initial": "a", "final": "z", "edges": [edge]}
    with pytest.raises(InvalidProcessError, match=says):
        Process(name="p", **(given | changed))


def test_anybodys_plain_machine_compiles() -> None:
    """Who has a Machine already has a process."""
    machine = plain_machine(
        transitions=[
            ["pay", "asked", "paid"],
            {
                "trigger": "remind",
                "source": "asked",
                "dest": "=",
                "conditions": [AtMost("remind", 3), AtMost("remind", 2)],
            },
        ]
    )
    assert not machine.events["remind"].transitions["paid"]  # reading leaves a list
    process = compile_machine(machine, name="mine")
    assert process == define(
        "mine",
        initial="asked",
        final="paid",
        steps=[Step("pay", "asked", "paid"), Step("remind", "asked", limit=2)],
    )


def test_final_states_may_be_named_beside_the_machine() -> None:
    """A machine that marks no final state can still be compiled."""
    machine = plain_machine(states=["asked", "paid"])
    with pytest.raises(InvalidProcessError, match="no final state"):
        compile_machine(machine, name="mine")
    assert compile_machine(machine, name="mine", final="paid").final == {"paid"}


class Named(StrEnum):
    ASKED = "asked"


class Loud(transitions.Machine):
    pass


class LoudState(transitions.State):
    pass


class LoudWay(transitions.Transition):
    pass


class LoudEvent(transitions.Event):
    pass


class LoudEvents(ProcessMachine):
    event_cls = LoudEvent


class Checked(transitions.core.Condition):
    pass


def hook(*_: object) -> bool:
    """Stand for a callback."""
    return True


def with_part(part: str, of: str, value: Any) -> transitions.Machine:
    """Build a machine and change one attribute of one part of it."""
    machine = plain_machine()
    parts: dict[str, Any] = {
        "machine": machine,
        "state": machine.states["asked"],
        "way": machine.events["pay"].transitions["asked"][0],
    }
    setattr(parts[of], part, value)
    return machine


def way(**settings: Any) -> transitions.Machine:
    """Build a machine whose one transition has more to it."""
    edge = {"trigger": "pay", "source": "asked", "dest": "paid"} | settings
    return plain_machine(transitions=[edge])


def with_event_class() -> transitions.Machine:
    """Build a machine with an event of its own class."""
    machine = plain_machine()
    machine.events["pay"] = LoudEvent("pay", machine)
    machine.events["pay"].add_transition(transitions.Transition("asked", "paid"))
    return machine


def with_way_class() -> transitions.Machine:
    """Build a machine with a transition of its own class."""
    machine = plain_machine()
    machine.events["pay"].transitions["asked"] = [LoudWay("asked", "paid")]
    return machine


def with_condition_class() -> transitions.Machine:
    """Build a machine with a condition of its own class."""
    machine = way()
    edge = machine.events["pay"].transitions["asked"][0]
    edge.conditions.append(Checked(AtMost("pay")))
    return machine


MACHINE_HOOKS = (
    "prepare_event",
    "before_state_change",
    "after_state_change",
    "finalize_event",
    "on_exception",
    "on_final",
)
UNMODELLED: dict[str, tuple[transitions.Machine, str]] = {
    "subclass": (
        Loud(model=None, states=["a"], initial="a", auto_transitions=False),
        "a Loud may behave",
    ),
    "nested": (
        HierarchicalMachine(
            model=None,
            states=["a", {"name": "b", "children": ["c"]}],
            initial="a",
            auto_transitions=False,
        ),
        "a HierarchicalMachine may behave",
    ),
    "registered": (plain_machine(model="self"), "model=None"),
    "no initial": (plain_machine(initial=None), "no initial state"),
    "queued": (plain_machine(queued=True), "queued=False"),
    "auto": (plain_machine(auto_transitions=True), "auto_transitions=False"),
    "ignores": (plain_machine(ignore_invalid_triggers=True), "leave out ignore"),
    "state ignores": (
        with_part("ignore_invalid_triggers", "state", value=True),
        "state 'asked' ignores",
    ),
    "enum state": (
        plain_machine(states=[Named.ASKED, "paid"], initial=Named.ASKED),
        "is not plain text",
    ),
    "state class": (plain_machine(states=[LoudState("asked"), "paid"]), "a LoudState"),
    "event class": (with_event_class(), "event 'pay' is a LoudEvent"),
    "transition class": (with_way_class(), "'pay' from 'asked' is a LoudWay"),
    "internal": (way(dest=None), "internal transition"),
    "condition": (way(conditions=hook), "has the condition <function hook"),
    "condition by name": (way(conditions="may_pay"), "has the condition 'may_pay'"),
    "condition class": (with_condition_class(), "has the condition"),
    "unless": (way(unless=AtMost("pay")), "has an 'unless'"),
    "foreign count": (way(conditions=AtMost("other")), "counts 'other'"),
    "no event data": (
        plain_machine(
            send_event=False,
            transitions=[["pay", "asked", "paid", AtMost("pay")]],
        ),
        "send_event=True",
    ),
    "twice": (
        plain_machine(
            transitions=[["pay", "asked", "paid"], ["pay", "asked", "asked"]]
        ),
        "leaves 'asked' twice",
    ),
    "unknown target": (way(dest="piad"), "'piad', the target of 'pay'"),
    "unknown source": (way(source="askd"), "'askd', a source of 'pay'"),
    "trigger is no text": (way(trigger=3), "3 cannot name a trigger"),
    "state is no text": (with_part("_name", "state", 3), "state 3 is not plain text"),
    **{h: (plain_machine(**{h: hook}), f"callback {h}") for h in MACHINE_HOOKS},
    **{
        h: (with_part(h, "state", [hook]), f"state 'asked' has the callback {h}")
        for h in ("on_enter", "on_exit")
    },
    **{
        h: (way(**{h: hook}), f"'pay' from 'asked' has the callback {h}")
        for h in ("prepare", "before", "after")
    },
}


@pytest.mark.parametrize("case", UNMODELLED)
def test_what_is_not_modelled_is_refused_by_name(case: str) -> None:
    """Nothing in a machine is left out in silence when it is compiled."""
    machine, says = UNMODELLED[case]
    with pytest.raises(InvalidProcessError, match=says):
        compile_machine(machine, name="mine", final="paid")


@attrs.define
class Cursor:
    """Stand somewhere and remember, with slots and without being registered."""

    state: str
    taken: int = 0

    def count(self, _trigger: str, /) -> int:
        """Tell how often."""
        return self.taken


@given(times=st.integers(1, 5), taken=st.integers(0, 8))
def test_a_limit_holds_in_the_machine_itself(times: int, taken: int) -> None:
    """The machine refuses a step exactly when its bound is used up."""
    machine = plain_machine(
        transitions=[["pay", "asked", "paid", AtMost("pay", times)]],
    )
    cursor = Cursor("asked", taken)
    assert machine.events["pay"].trigger(cursor) is (taken < times)


def test_building_a_process_leaves_logging_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The library configures no logger and says nothing on its own."""
    caplog.set_level("INFO")
    refund()
    assert not caplog.records


def test_every_who_can_take_a_step() -> None:
    """Company, customer, clock and either: the four that move a case."""
    steps = [Step(who, "a", "z", who=who) for who in Side]
    process = define("p", initial="a", final="z", steps=steps)
    assert list(itertools.starmap(str.__eq__, process.who.items())) == [True] * 4
