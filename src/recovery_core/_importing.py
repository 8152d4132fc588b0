"""Modules that somebody names in words; what goes wrong is told in a line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from .errors import InvalidValueError, RecoveryError

__all__ = ["attribute", "imported", "is_path"]


def is_path(module: str) -> bool:
    """Tell whether somebody wrote the path of a file where a module is asked for."""
    return "/" in module or "\\" in module or module.startswith(".")


def imported(module: str) -> Any:
    """Import a module; whatever stands in it is run.

    Raises:
        InvalidValueError: There is none, or running it fails.
        RecoveryError: Running it raises one of our errors, which says enough.
    """
    try:
        return _run(module, import_module, module)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{module}.".startswith(f"{error.name}."):
            raise InvalidValueError(f"there is no module {error.name!r}") from error
        raise _broken(module, error) from error
    except AttributeError as error:
        raise _broken(module, error) from error


def attribute(module: str, found: object, name: str) -> Any:
    """Look something up in a module, or in what was found there.

    Raises:
        AttributeError: It is not there.
        InvalidValueError: Looking it up fails.
    """
    return _run(module, getattr, found, name)


def _run(module: str, call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    except (RecoveryError, ModuleNotFoundError, AttributeError):
        raise
    # Whatever stands in somebody's module is run here, and may do anything.
    except (Exception, SystemExit) as error:
        raise _broken(module, error) from error


def _broken(module: str, error: BaseException) -> InvalidValueError:
    told = f"importing {module} raised {type(error).__name__}: "
    return InvalidValueError(f"{told}{' '.join(str(error).split())}".removesuffix(": "))
