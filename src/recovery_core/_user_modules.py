"""Modules that somebody names in words; what goes wrong is told in a line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module, invalidate_caches
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .errors import InvalidValueError, MissingPackageError, RecoveryError

__all__ = [
    "add_folder",
    "call_foreign_code",
    "describe_unread_file",
    "get_attribute_of_module",
    "import_module_of_user",
    "is_path",
]


def is_path(module: str) -> bool:
    """Return whether a text is the path of a file where a module is asked for."""
    return "/" in module or "\\" in module or module.startswith(".")


def add_folder(folder: Path) -> None:
    """Add a folder where modules are found, behind all others.

    Behind them, so that no file of the folder takes the place of the standard library
    or of an installed package. It stays so: worker processes look there as well.
    """
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
        invalidate_caches()


def leave_current_folder() -> None:
    """Undo that ``python -m`` puts the current folder before all others.

    A file in it could take the place of a package that is loaded later. Modules that
    a user names are found there all the same; see `import_module_of_user`.
    """
    here = str(Path.cwd())
    if sys.flags.safe_path or sys.path[:1] != [here]:
        return
    del sys.path[0]
    # Workers find this library as it was found here.
    if str(Path(__file__).resolve().parents[1]) == here:
        sys.path.append(here)


def import_module_of_user(module: str, folder: Path) -> Any:
    """Import a module; whatever stands in it is run.

    Args:
        module: Its name.
        folder: Where it is looked for if nothing installed has that name.

    Raises:
        InvalidValueError: There is none, or running it fails.
        RecoveryError: Running it raises one of our errors, which says enough.
    """
    if not _is_installed(module.partition(".")[0]):
        add_folder(folder)
    try:
        return call_foreign_code(module, import_module, module)
    except MissingPackageError:
        raise
    except ModuleNotFoundError as error:
        if error.name is not None and f"{module}.".startswith(f"{error.name}."):
            raise InvalidValueError(f"there is no module {error.name!r}") from error
        raise _broken_module_error(module, error) from error
    except AttributeError as error:
        raise _broken_module_error(module, error) from error


def _is_installed(top: str) -> bool:
    """Return whether a module is found without a folder of the user's."""
    if top in sys.modules:
        return True
    spec = find_spec(top)
    # A mere folder counts for nothing: any module of that name goes before it.
    return spec is not None and spec.origin is not None


def get_attribute_of_module(module: str, owner: object, name: str) -> Any:
    """Look something up in a module, or in what was found there.

    Raises:
        AttributeError: It is not there.
        InvalidValueError: Looking it up fails.
    """
    return call_foreign_code(module, getattr, owner, name)


def describe_unread_file(module: str, imported_module: object, folder: Path) -> str:
    """Return a note that a file was not read, since another module has its name.

    Args:
        module: The name.
        imported_module: The module that was imported under it.
        folder: Where the user may have meant it to be.

    Returns:
        Words to put behind an error; nothing where there is no such file.
    """
    stem = folder.joinpath(*module.split("."))
    came = getattr(imported_module, "__file__", None) or "Python itself"
    for path in (stem.with_suffix(".py"), stem / "__init__.py"):
        if path.is_file() and str(path) != came:
            return (
                f"; {path.relative_to(folder)} of this folder is not read, for {came} "
                "has the same name: call it otherwise"
            )
    return ""


def call_foreign_code(module: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """Call what runs somebody else's code; tell in one line where it fails.

    Raises:
        AttributeError: It raised this, which the caller knows to tell.
        ModuleNotFoundError: The same.
        RecoveryError: The same.
        InvalidValueError: It raised anything else.
    """
    try:
        return call(*arguments)
    except (RecoveryError, ModuleNotFoundError, AttributeError):
        raise
    # Whatever stands in somebody's module is run here, and may do anything.
    except (Exception, SystemExit) as error:
        raise _broken_module_error(module, error) from error


def _broken_module_error(module: str, error: BaseException) -> InvalidValueError:
    told = f"importing {module} raised {type(error).__name__}: "
    return InvalidValueError(f"{told}{' '.join(str(error).split())}".removesuffix(": "))
