"""The recovery process as a value: steps, what must hold of them, and pictures."""

from typing import TYPE_CHECKING

from .._lazy import lazy_face

__all__ = [
    "FIVE_STEPS",
    "FIVE_STEP_PROPERTIES",
    "AlwaysAllowed",
    "AlwaysInReach",
    "AtMost",
    "NeedsFirst",
    "NoWayTo",
    "Process",
    "Property",
    "Side",
    "State",
    "Step",
    "Trigger",
    "compile_machine",
    "define",
    "explore",
    "five_steps",
    "replay",
    "to_dot",
    "to_markdown",
    "to_mermaid",
]

if TYPE_CHECKING:
    from .definition import compile_machine, define
    from .diagram import to_dot, to_markdown, to_mermaid
    from .event_replay import replay
    from .exploration import explore
    from .names import Side, State, Trigger
    from .plan import Process
    from .properties import (
        AlwaysAllowed,
        AlwaysInReach,
        AtMost,
        NeedsFirst,
        NoWayTo,
        Property,
    )
    from .standard import FIVE_STEP_PROPERTIES, FIVE_STEPS, five_steps
    from .step import Step
else:
    __getattr__, __dir__ = lazy_face(
        __name__,
        {
            "definition": (
                "compile_machine",
                "define",
            ),
            "diagram": (
                "to_dot",
                "to_markdown",
                "to_mermaid",
            ),
            "exploration": ("explore",),
            "names": (
                "Side",
                "State",
                "Trigger",
            ),
            "plan": ("Process",),
            "properties": (
                "AlwaysAllowed",
                "AlwaysInReach",
                "AtMost",
                "NeedsFirst",
                "NoWayTo",
                "Property",
            ),
            "event_replay": ("replay",),
            "standard": (
                "FIVE_STEP_PROPERTIES",
                "FIVE_STEPS",
                "five_steps",
            ),
            "step": ("Step",),
        },
    )
