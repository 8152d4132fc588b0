"""Check a process: every configuration a case can get into is walked."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import BrokenPromiseError, InvalidProcessError, InvalidValueError
from ..process import Process, Property, explore
from ..process.exploration import check_sound
from .report import CheckReport, PropertyResult

__all__ = ["check_process"]

_SOUND = "every state is reached, and nobody gets stuck on the way to an end"


def check_process(process: Process, *properties: Property) -> CheckReport:
    """Prove that a process holds what is asked of it, on paths of any length.

    Nothing is drawn: every configuration is walked, so what is reported holds. That
    every state can be reached, and an end from everywhere, is asked besides.

    Args:
        process: The process.
        properties: What must hold, such as ``NeedsFirst("offer", "apologize")``.

    Returns:
        What was promised; all of it proved.

    Raises:
        BrokenPromiseError: A property does not hold; with the shortest path that
            breaks it.
        InvalidProcessError: A property names what the process does not have, or
            there are too many configurations.
        InvalidValueError: It is no process.

    Example:
        >>> from recovery_core.process import FIVE_STEPS, NeedsFirst
        >>> print(check_process(FIVE_STEPS, NeedsFirst("offer", "apologize")))
        five steps keeps its promises
          proved: every state is reached, and nobody gets stuck on the way to an end
          proved: no offer before apologize
    """
    __tracebackhide__ = True
    given: object = process
    if not isinstance(given, Process):
        raise InvalidValueError(
            f"{given!r:.60} is no process: give a Process, such as "
            "recovery_core.process.FIVE_STEPS"
        )
    try:
        check_sound(process)
    except InvalidProcessError as flaw:
        raise BrokenPromiseError(
            process.name, _SOUND, flaw.path, (flaw.message, *_path_lines(flaw.path))
        ) from None
    found = explore(process, properties)
    for explored in found.properties:
        path = explored.breaking_path
        if path is not None:
            raise BrokenPromiseError(
                process.name, str(explored.requirement), path, _path_lines(path)
            )
    kept = [
        PropertyResult(str(e.requirement), is_proved=True) for e in found.properties
    ]
    return CheckReport(process.name, (PropertyResult(_SOUND, is_proved=True), *kept))


def _path_lines(path: Iterable[str]) -> tuple[str, ...]:
    return (f"path: {' > '.join(path) or 'none needed'}",)
