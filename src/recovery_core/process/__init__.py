"""The recovery process as a value: steps, what must hold of them, and pictures."""

from .definition import ProcessMachine, ProcessTransition, compile_machine, define
from .diagram import to_dot, to_markdown, to_mermaid
from .explore import Exploration, ExploredProperty, explore
from .names import Side, State, Trigger
from .plan import Process
from .properties import (
    AlwaysAllowed,
    AlwaysInReach,
    AtMost,
    NeedsFirst,
    NoWayTo,
    Property,
    Safety,
)
from .replay import replay
from .standard import FIVE_STEP_PROPERTIES, FIVE_STEPS, MACHINE, five_steps
from .step import Edge, Step
from .walk import advance

__all__ = [
    "FIVE_STEPS",
    "FIVE_STEP_PROPERTIES",
    "MACHINE",
    "AlwaysAllowed",
    "AlwaysInReach",
    "AtMost",
    "Edge",
    "Exploration",
    "ExploredProperty",
    "NeedsFirst",
    "NoWayTo",
    "Process",
    "ProcessMachine",
    "ProcessTransition",
    "Property",
    "Safety",
    "Side",
    "State",
    "Step",
    "Trigger",
    "advance",
    "compile_machine",
    "define",
    "explore",
    "five_steps",
    "replay",
    "to_dot",
    "to_markdown",
    "to_mermaid",
]
