"""Build the documentation; write the reference from what the library exports."""

import builtins
import collections.abc
import datetime as dt
import importlib
import pkgutil
import re
import sys
import typing
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils.nodes import Element
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import recovery_core
from recovery_core.schedules import Schedule

project = "recovery_core"
author = "The recovery_core developers"
copyright = "2026, The recovery_core developers"  # noqa: A001
version = release = recovery_core.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    # Diagrams stay text: GitHub draws the same fence, and building needs no program
    # and no network. The reader's browser draws them.
    "sphinxcontrib.mermaid",
]
exclude_patterns = ["_build"]
html_theme = "furo"
nitpicky = True
# Autodoc knows a name by its public and by its defining path; both lead to one place.
suppress_warnings = ["ref.python"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
# The methods of an engine come in two halves; what the language inherits is no news.
autodoc_default_options = {
    "inherited-members": (
        "BaseException, Exception, Enum, Executor, Machine, Mapping, Transition, "
        "int, str"
    )
}
napoleon_numpy_docstring = False
napoleon_custom_sections = ["Units", "Shape", "Source"]

# Types of other projects, those of the standard library that stand without a path,
# aliases that autodoc does not see, and what is made by a function and never named.
_ELSEWHERE = {
    "attr",
    "attrs",
    "cattrs",
    "hypothesis",
    "numpy",
    "transitions",
    "AnyFunction",
    "Bands",
    "Build",
    "Cell",
    "DeclaredPolicy",
    "Design",
    "Domain",
    "Episode",
    "Fact",
    "Figure",
    "Fraction",
    "Models",
    "Path",
    "Plain",
    "Progress",
    "Recoverer",
    "Row",
}.union(dir(builtins), dir(collections.abc), dir(dt), dir(typing))

# Where each exported object stands in the reference, by its name alone.
documented: dict[str, str] = {}


# What the readers of a table answer with is told beside them.
READERS = ("batch", "batch.backtesting", "differences.diff", "explanation")


def public_modules() -> list[str]:
    """Return the rooms a user enters by name: what lies deeper is exported there."""
    found = pkgutil.iter_modules(recovery_core.__path__, "recovery_core.")
    rooms = sorted(room.name for room in found if "._" not in room.name)
    return ["recovery_core", *(path for room in rooms for path in within(room))]


def within(room: str) -> list[str]:
    """Return a room, and the modules that it exports by name."""
    module = importlib.import_module(room)
    found = (getattr(module, name) for name in exported(module))
    inner = {m.__name__ for m in found if isinstance(m, ModuleType)}
    if room == "recovery_core.tables":
        inner.update(f"{room}.{reader}" for reader in READERS)
    return [room, *sorted(name for name in inner if name.startswith(f"{room}."))]


def exported(module: Any) -> list[str]:
    """Return the public names: ``__all__``, or what is defined right there."""
    own = (
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", None) == module.__name__
    )
    return list(getattr(module, "__all__", own))


def write_reference(app: Sphinx) -> None:
    """Write a page for each public module; a name stands where its path is shortest."""
    folder = Path(app.srcdir, "reference", "api")
    folder.mkdir(exist_ok=True)
    pages = {}
    seen: set[tuple[str, int]] = set()
    for path in public_modules():
        module = importlib.import_module(path)
        names, elsewhere = [], []
        for name in exported(module):
            value = getattr(module, name)
            setattr(module, name, value)  # autodoc sees what was loaded when asked for
            # A schedule has a chapter of its own in the catalogue.
            if (name, id(value)) in seen or isinstance(value, ModuleType | Schedule):
                elsewhere.append(name)
                continue
            seen.add((name, id(value)))
            documented[name] = f"{path}.{name}"
            names.append(name)
        if names:
            pages[folder / f"{path}.md"] = (
                f"# {path}\n\n```{{eval-rst}}\n.. automodule:: {path}\n"
                f"   :members: {', '.join(names)}\n"
                f"   :exclude-members: {', '.join(elsewhere)}\n"
                "   :imported-members:\n```\n"
            )
    for stale in set(folder.glob("*.md")) - set(pages):
        stale.unlink()
    for page, text in pages.items():
        # Untouched where nothing changed, so that a rebuild stays short.
        if not page.exists() or page.read_text("utf-8") != text:
            page.write_text(text, "utf-8")


def is_ours_unexported(target: str) -> bool:
    """Return whether a class is one that users are handed and never write.

    Such a class is reachable by its module and has no page; a typing error is no class.
    """
    module, _, name = target.rpartition(".")
    if module:
        return hasattr(sys.modules.get(module), name) and "recovery_core" in module
    ours = (sys.modules[path] for path in [*sys.modules] if "recovery_core." in path)
    return any(isinstance(vars(room).get(name), type) for room in ours)


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: Element
) -> Element | None:
    """Find a type by its name alone; leave another project's type unlinked.

    Annotations name the private module that defines a type, or nothing but the type.
    The objects of other projects would need their inventories from the network.
    """
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py":
        return None
    if " " in target:  # prose before a colon, which napoleon takes for a type
        return shown
    if re.split(r"[.\[]", target)[0] in sys.stdlib_module_names | _ELSEWHERE:
        return shown
    name = target.rsplit(".", 1)[-1]
    home = documented.get(name)
    has_no_page = name in _ELSEWHERE or is_ours_unexported(target)
    if name.startswith("_") or (home is None and has_no_page):
        return shown
    if home is None or home == target:
        return None
    return env.domains.python_domain.resolve_xref(
        env, node["refdoc"], app.builder, "obj", home, node, shown
    )


def setup(app: Sphinx) -> None:
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", write_reference)
    app.connect("missing-reference", resolve)
