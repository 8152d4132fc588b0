"""Experiment files, read."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import chain
from pathlib import Path
from typing import Any, Final

import attrs

from ..._user_modules import add_folder
from ...errors import InvalidValueError, RecoveryError
from ..runs.run import CUSTOMERS, MONTHS
from ..sweeps.design import design_of
from .experiment import Experiment
from .naming import allowed_modules, program_named
from .parts import part, value
from .places import FilePlace, is_list, is_table
from .written import Written

__all__ = ["load_experiment"]

_MEND: Final = "give a .toml or .py file, or module:name"
# Python's reader takes the square of the parts that a dotted key has.
_DOTTED: Final = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}"""
)

_KEYS: Final = ("run", "world", "company", "sweep")


def load_experiment(
    path: str | os.PathLike[str], *, allow: Iterable[str] = ()
) -> Experiment:
    """Read an experiment from a file.

    A ``.toml`` file is data: it names what the library and installed packages offer,
    and what `allow` says. The others are programs, and are run.

    Args:
        path: A file that ends in ``.toml``; one that ends in ``.py`` and defines
            ``experiment``; or ``module:name``.
        allow: Modules that a ``.toml`` file may name, each with all in it; importing
            one runs it. They are looked for in its folder, too, behind all others.

    Raises:
        InvalidValueError: It cannot be read, or something in it cannot be; the
            message names the file and the place.

    Example::

        experiment = load_experiment("shop.toml", allow=["own_rules"])
        print(experiment.compare("today", "tomorrow"))
    """
    asked: object = path
    words: object = os.fspath(path) if isinstance(asked, str | os.PathLike) else asked
    if not isinstance(words, str):
        raise InvalidValueError(f"{words!r:.80} is no experiment: {_MEND}")
    allowed = allowed_modules(allow)
    if words.endswith(".toml"):
        return _written(words, allowed)
    if words.endswith(".py"):
        return _programmed(words)
    if ":" in words:
        return _experiment(program_named(words, FilePlace(words)), words)
    raise InvalidValueError(f"{words!r} is no experiment: {_MEND}")


def _bytes(words: str) -> bytes:
    try:
        return Path(words).read_bytes()
    except OSError as error:
        raise InvalidValueError(f"cannot read {words!r}: {error.strerror}") from error


def _experiment(found: object, words: str) -> Experiment:
    if not isinstance(found, Experiment):
        raise InvalidValueError(
            f"{words}: it is {found!r:.60}, and no Experiment: write "
            "experiment = Experiment(...)"
        )
    return found


# --------------------------------------------------------------------------- Python


def _programmed(words: str) -> Experiment:
    """Run a Python file under its own name, so that workers can import it as well."""
    code = _bytes(words)
    path = Path(words).resolve()
    add_folder(path.parent)
    if _is_taken(path):
        raise InvalidValueError(
            f"{words}: there is another module {path.stem!r}: call the file otherwise"
        )
    spec = spec_from_file_location(path.stem, path)
    module: Any = module_from_spec(spec)  # type: ignore[arg-type]
    sys.modules[path.stem] = module
    try:
        exec(compile(code, path, "exec"), module.__dict__)  # noqa: S102 - what it is for
    except RecoveryError as error:
        raise InvalidValueError(f"{words}: {error}") from error
    # Whatever stands in somebody's file is run here, and may do anything.
    except (Exception, SystemExit) as error:
        told = f"{words} raised {type(error).__name__}: {' '.join(str(error).split())}"
        raise InvalidValueError(told.removesuffix(": ")) from error
    return _experiment(getattr(module, "experiment", None), words)


def _is_taken(path: Path) -> bool:
    """Tell whether a worker would import another module under the name of a file."""
    before = sys.modules.get(path.stem)
    if before is not None:
        return getattr(before, "__file__", None) != str(path)
    # A name with a dot would be looked up in a package, which nobody imports by it.
    spec = None if "." in path.stem else find_spec(path.stem)
    return spec is not None and spec.origin is not None and spec.origin != str(path)


# ----------------------------------------------------------------------------- TOML


@attrs.frozen(kw_only=True)
class _RunSettings:
    """What ``[run]`` holds."""

    customers: int = CUSTOMERS
    months: int = MONTHS
    seed: int = 0


def _written(words: str, allowed: frozenset[str]) -> Experiment:
    code, place = _bytes(words), FilePlace(words, allowed=allowed)
    try:
        text = code.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValueError(f"{words} is no UTF-8 text") from error
    if _DOTTED.search(text):
        raise InvalidValueError(f"{words} is no TOML: a key of too many parts")
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise InvalidValueError(f"{words} is no TOML: nested too deep") from error
    except ValueError as error:  # a number may have too many digits for Python
        raise InvalidValueError(f"{words} is no TOML: {error}") from error
    place.check_keys(data, _KEYS)
    run = part(_RunSettings, data.get("run", {}), place / "run")
    written = Written.read(data, place)
    tried = _sweep(data["sweep"], written) if "sweep" in data else {}
    try:
        return Experiment(
            world=written.world,
            companies=written.companies,
            **attrs.asdict(run),
            **tried,
        )
    except RecoveryError as error:
        raise InvalidValueError(f"{words}: {error}") from error


def _flat(given: Any, path: str) -> dict[str, Any]:
    """Take paths with their values, whether quoted or written as tables of tables."""
    if not is_table(given):
        return {path: given}
    found = (_flat(each, f"{path}.{key}") for key, each in given.items())
    return dict(chain.from_iterable(each.items() for each in found))


def _sweep(given: Any, written: Written) -> dict[str, Any]:
    place = written.place / "sweep"
    table = place.table(given)
    tried = {
        key: value(kind, table[key], place / key)
        for key, kind in _TRIED.items()
        if key in table
    }
    levels = {
        path: _levels(values, place / path)
        for key, each in table.items()
        if key not in _TRIED
        for path, values in _flat(each, key).items()
    }
    whose = _whose(levels, written, place)
    if len(whose) > 1:
        levels = {"company": whose, **levels}
    build = attrs.evolve(written, swept=whose[0])
    _check_point(build, levels, place)
    return {**tried, "design": levels, "build": build}


_TRIED: Final[Mapping[str, Any]] = {
    "seeds": tuple[int, ...],
    "outcomes": tuple[str, ...],
}


def _levels(given: object, place: FilePlace) -> list[Any]:
    if not is_list(given) or not given:
        raise place.cannot(given, "give a list of values to try")
    return given


def _whose(
    levels: dict[str, list[Any]], written: Written, place: FilePlace
) -> list[str]:
    """Name the companies it is about: those that are changed, or else all."""
    paths = [path for path in levels if path != "company"]
    changed = dict.fromkeys(written.owner(path, place) for path in paths)
    changed.pop("", None)
    whose = levels.get("company") or [*changed] or [*written.companies]
    for name in whose:
        place.check_keys([name], [*written.companies])
    for name in changed:
        if name not in whose:
            raise (place / "company").error(
                f"{name} is changed, but not run: add it to {whose}"
            )
    return whose


def _check_point(
    build: Written, levels: dict[str, list[Any]], place: FilePlace
) -> None:
    """Refuse a path that leads nowhere, before anything is run."""
    try:
        first = design_of(levels).at(0)
    except RecoveryError as error:
        raise place.error(error) from error
    build(**first)
