"""Notice a plug that reads the clock, draws lots, or opens a file."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import FrameType, ModuleType, TracebackType
from typing import Any, Final, Self, TypeVar

_T = TypeVar("_T")

_LOTS: Final = getattr(random.random, "__self__", None)
"""The generator everybody shares; one that a plug seeds from the claim is its own."""

_CLOCK: Final = ("time", "monotonic", "perf_counter", "process_time")
_OF_MODULES: Final = frozenset(
    [
        *(f"time.{name}" for name in _CLOCK),
        *(f"time.{name}_ns" for name in _CLOCK),
        *("posix.urandom", "nt.urandom", "_io.open", "io.open"),
        *("posix.open", "nt.open"),
    ]
)
_OF_TYPES: Final[Mapping[type, tuple[str, ...]]] = {
    date: ("today",),
    datetime: ("now", "utcnow", "today"),
}
_OF_LOTS: Final = ("random", "getrandbits")


def _find_name_of_outside_read(builtin_function: Any) -> str | None:
    """Name what a built-in function reads besides its arguments, if anything."""
    owner, name = getattr(builtin_function, "__self__", None), builtin_function.__name__
    if isinstance(owner, ModuleType):
        full_name = f"{owner.__name__}.{name}"
        return full_name if full_name in _OF_MODULES else None
    if isinstance(owner, type):
        is_outside_read = any(name in _OF_TYPES.get(base, ()) for base in owner.__mro__)
        return f"{owner.__name__}.{name}" if is_outside_read else None
    if owner is not None and owner is _LOTS and name in _OF_LOTS:
        return f"random.{name}"
    return None


class OutsideReadRecorder:
    """A profiler that records what a plug reads besides its question.

    Only built-in functions are seen, and only when Python code calls them: enough
    for a plug, which has no business with any of them. Logging is let off, since its
    records bear the time whatever is logged.

    Attributes:
        seen: What was read, in order, each once.
    """

    def __init__(self) -> None:
        self.seen: dict[str, None] = {}
        self._collects = gc.isenabled()

    def __enter__(self) -> Self:
        # A collection may fall into any call, and whoever times collections with it:
        # Hypothesis does.
        gc.disable()
        sys.setprofile(self.record_if_outside_read)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.setprofile(None)
        if self._collects:
            gc.enable()

    def record_if_outside_read(self, frame: FrameType, event: str, called: Any) -> None:
        """Record one call; Python's profiler hook."""
        if event != "c_call":
            return
        read = _find_name_of_outside_read(called)
        room = str(frame.f_globals.get("__name__")).partition(".")[0]
        if read is not None and room != "logging":
            self.seen[read] = None


def is_profiler_active() -> bool:
    """Return whether nothing can be recorded, since a profiler is at work already."""
    return sys.getprofile() is not None


def answer_and_outside_reads(ask: Callable[[], _T]) -> tuple[_T, tuple[str, ...]]:
    """Ask a plug, and record what it read besides the question.

    Args:
        ask: Asks the plug.

    Returns:
        The answer, and what was read.
    """
    if is_profiler_active():
        return ask(), ()
    with OutsideReadRecorder() as watch:
        answer = ask()
    return answer, tuple(watch.seen)
