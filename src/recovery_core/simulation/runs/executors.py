"""What does not speak `concurrent.futures`, made to speak it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from ...errors import InvalidValueError

__all__ = ["RayExecutor"]


class RayExecutor(Executor):
    """An executor that hands the work to Ray, which has none itself.

    Args:
        ray: The module ``ray``, initialized.

    Example::

        import ray
        from recovery_core.simulation import RayExecutor, simulate

        ray.init()
        simulate(policy, customers=10_000_000, executor=RayExecutor(ray))
    """

    def __init__(self, ray: Any) -> None:
        """Keep the module; nothing is started.

        Raises:
            InvalidValueError: It is another module, or none.
        """
        if not callable(getattr(ray, "remote", None)):
            raise InvalidValueError(
                f"RayExecutor cannot work with {ray!r:.80}: give the module ray, as "
                "RayExecutor(ray)"
            )
        self._ray = ray
        self._remote: dict[Callable[..., Any], Any] = {}

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        """Hand a call to Ray."""
        remote = self._remote.get(fn)
        if remote is None:
            remote = self._remote[fn] = self._ray.remote(fn)
        future: Future[Any] = remote.remote(*args, **kwargs).future()
        return future
