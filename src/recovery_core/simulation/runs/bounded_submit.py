"""Calls handed to an executor, some ahead and never all at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice
from typing import Any, Final

__all__ = ["WINDOW", "submit_bounded"]

WINDOW: Final = 64


def submit_bounded(
    work: Callable[..., Any],
    calls: Iterable[tuple[Any, ...]],
    executor: Executor,
    window: int = WINDOW,
) -> Generator[tuple[int, Any]]:
    """Keep an executor busy; close it to call off what has not begun.

    Only positional arguments are sent: some executors keep certain keywords to
    themselves.

    Args:
        work: What to call.
        calls: The arguments of each call; taken when there is room.
        executor: Who does it.
        window: How many calls are under way at most.

    Yields:
        The number of a call and what came of it, in the order they end.
    """
    waiting: dict[Future[Any], int] = {}
    todo = enumerate(calls)
    try:
        for number, arguments in islice(todo, window):
            waiting[executor.submit(work, *arguments)] = number
        while waiting:
            ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                yield waiting.pop(future), future.result()
                for number, arguments in islice(todo, 1):
                    waiting[executor.submit(work, *arguments)] = number
    finally:
        for future in waiting:
            future.cancel()
