"""Processes that do the work of an experiment, and end at once where it ends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import active_children, get_context
from typing import Any

__all__ = ["worker_processes"]


@contextmanager
def worker_processes(count: int | None) -> Generator[Executor | None, None, None]:
    """Start processes, and end them whatever they are at if the work is given up.

    Args:
        count: How many; None for none at all.
    """
    if count is None:
        yield None
        return
    before = active_children()
    workers = _Workers(count)
    try:
        yield workers
    except BaseException:
        # A block takes seconds, and nobody waits for what it comes to any more.
        with _interrupts_held():
            for child in active_children():
                if child not in before:
                    child.terminate()
            workers.shutdown()
        raise
    workers.shutdown()


class _Workers(Executor):
    """A pool of processes that never sees a call of its own called off.

    Up to Python 3.11, a pool whose processes end prints a traceback about every call
    that was called off before. So those who wait have futures of their own.
    """

    def __init__(self, count: int) -> None:
        # A new interpreter each: what threads of this one hold is not copied.
        self._pool = ProcessPoolExecutor(
            count, get_context("spawn"), initializer=_ignore_interrupts
        )

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        """Hand a call to the pool; the first calls start the processes."""
        answer: Future[Any] = Future()
        # A process begins with the signals held that were held where it was started.
        with _interrupts_held():
            work = self._pool.submit(fn, *args, **kwargs)
        work.add_done_callback(partial(_hand_on, answer))
        return answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is called by others
        """Wait for the processes to end."""
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)


def _hand_on(answer: Future[Any], work: Future[Any]) -> None:
    """Return who waits what came of a call, unless nobody waits any more."""
    if not answer.set_running_or_notify_cancel():
        return
    error = work.exception()
    if error is None:
        answer.set_result(work.result())
    else:
        answer.set_exception(error)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the process that waits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _interrupts_held() -> Generator[None, None, None]:
    """Defer Ctrl-C for a moment; Windows has no means to, and goes without."""
    hold = getattr(signal, "pthread_sigmask", None)
    if hold is None:
        yield
        return
    before = hold(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        hold(signal.SIG_SETMASK, before)
