"""Count what a call does, so that a bound on it holds on any machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any


def work(call: Callable[[], object]) -> int:
    """Count the instructions of Python code that a call runs through."""
    # From 3.12 on, tracing leaves out what runs before a function was traced once.
    counted = _monitored if sys.version_info >= (3, 12) else _traced
    return counted(call)


def _monitored(call: Callable[[], object]) -> int:
    count = 0
    monitoring: Any = vars(sys)["monitoring"]
    tool = monitoring.PROFILER_ID + 2  # one of those that nobody has by custom
    instruction = monitoring.events.INSTRUCTION

    def step(_code: CodeType, _offset: int) -> None:
        nonlocal count
        count += 1

    monitoring.use_tool_id(tool, "work")
    monitoring.register_callback(tool, instruction, step)
    monitoring.set_events(tool, instruction)
    try:
        call()
    finally:
        monitoring.set_events(tool, monitoring.events.NO_EVENTS)
        monitoring.free_tool_id(tool)
    return count


def _traced(call: Callable[[], object]) -> int:
    count = 0

    def step(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "opcode"
        return step

    def enter(frame: FrameType, _event: str, _argument: Any) -> Any:
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return step

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        call()
    finally:
        sys.settrace(before)
    return count
