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
from .naming import allowed_modules, find_in_program
from .parts import read_part, read_value
from .places import FilePlace, is_list, is_table
from .written import WrittenExperiment

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
    untyped: object = path
    words: object = (
        os.fspath(path) if isinstance(untyped, str | os.PathLike) else untyped
    )
    if not isinstance(words, str):
        raise InvalidValueError(f"{words!r:.80} is no experiment: {_MEND}")
    allowed = allowed_modules(allow)
    if words.endswith(".toml"):
        return _read_toml(words, allowed)
    if words.endswith(".py"):
        return _run_program(words)
    if ":" in words:
        return _check_experiment(find_in_program(words, FilePlace(words)), words)
    raise InvalidValueError(f"{words!r} is no experiment: {_MEND}")


def _read_bytes(words: str) -> bytes:
    """Return what is in a file; an error of the system becomes the library's own."""
    try:
        return Path(words).read_bytes()
    except OSError as error:
        raise InvalidValueError(f"cannot read {words!r}: {error.strerror}") from error


def _check_experiment(value: object, words: str) -> Experiment:
    """Return an experiment; refuse all else."""
    if not isinstance(value, Experiment):
        raise InvalidValueError(
            f"{words}: it is {value!r:.60}, and no Experiment: write "
            "experiment = Experiment(...)"
        )
    return value


# --------------------------------------------------------------------------- Python


def _run_program(words: str) -> Experiment:
    """Run a Python file under its own name, so that workers can import it as well."""
    code = _read_bytes(words)
    path = Path(words).resolve()
    add_folder(path.parent)
    if _is_name_taken(path):
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
        problem = (
            f"{words} raised {type(error).__name__}: {' '.join(str(error).split())}"
        )
        raise InvalidValueError(problem.removesuffix(": ")) from error
    return _check_experiment(getattr(module, "experiment", None), words)


def _is_name_taken(path: Path) -> bool:
    """Return whether a worker would import another module under a file's name."""
    loaded = sys.modules.get(path.stem)
    if loaded is not None:
        return getattr(loaded, "__file__", None) != str(path)
    # A name with a dot would be looked up in a package, which nobody imports by it.
    spec = None if "." in path.stem else find_spec(path.stem)
    return spec is not None and spec.origin is not None and spec.origin != str(path)


# ----------------------------------------------------------------------------- TOML


@attrs.frozen(kw_only=True)
class _RunSettings:
    """The table ``[run]``."""

    customers: int = CUSTOMERS
    months: int = MONTHS
    seed: int = 0


def _read_toml(words: str, allowed: frozenset[str]) -> Experiment:
    """Read an experiment from a TOML file."""
    encoded, place = _read_bytes(words), FilePlace(words, allowed=allowed)
    try:
        text = encoded.decode("utf-8-sig")
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
    run = read_part(_RunSettings, data.get("run", {}), place / "run")
    written = WrittenExperiment.read(data, place)
    sweep_fields = _read_sweep(data["sweep"], written) if "sweep" in data else {}
    try:
        return Experiment(
            world=written.world,
            companies=written.companies,
            **attrs.asdict(run),
            **sweep_fields,
        )
    except RecoveryError as error:
        raise InvalidValueError(f"{words}: {error}") from error


def _flatten_paths(value: Any, path: str) -> dict[str, Any]:
    """Return values by path, whether paths are quoted or tables of tables."""
    if not is_table(value):
        return {path: value}
    flattened = (_flatten_paths(inner, f"{path}.{key}") for key, inner in value.items())
    return dict(chain.from_iterable(inner.items() for inner in flattened))


def _read_sweep(section: Any, written: WrittenExperiment) -> dict[str, Any]:
    """Read the table ``[sweep]`` into the fields of an experiment."""
    place = written.place / "sweep"
    table = place.table(section)
    fields = {
        key: read_value(kind, table[key], place / key)
        for key, kind in _SWEEP_KEYS.items()
        if key in table
    }
    levels = {
        path: _check_levels(values, place / path)
        for key, inner in table.items()
        if key not in _SWEEP_KEYS
        for path, values in _flatten_paths(inner, key).items()
    }
    companies = _swept_companies(levels, written, place)
    if len(companies) > 1:
        levels = {"company": companies, **levels}
    build = attrs.evolve(written, swept=companies[0])
    _check_point(build, levels, place)
    return {**fields, "design": levels, "build": build}


_SWEEP_KEYS: Final[Mapping[str, Any]] = {
    "seeds": tuple[int, ...],
    "outcomes": tuple[str, ...],
}


def _check_levels(values: object, place: FilePlace) -> list[Any]:
    """Return the values to try; refuse what is no list, or empty."""
    if not is_list(values) or not values:
        raise place.cannot(values, "give a list of values to try")
    return values


def _swept_companies(
    levels: dict[str, list[Any]], written: WrittenExperiment, place: FilePlace
) -> list[str]:
    """Return the companies a sweep is about: those that are changed, or else all."""
    paths = [path for path in levels if path != "company"]
    changed = dict.fromkeys(written.owner(path, place) for path in paths)
    changed.pop("", None)
    companies = levels.get("company") or [*changed] or [*written.companies]
    for name in companies:
        place.check_keys([name], [*written.companies])
    for name in changed:
        if name not in companies:
            raise (place / "company").error(
                f"{name} is changed, but not run: add it to {companies}"
            )
    return companies


def _check_point(
    build: WrittenExperiment, levels: dict[str, list[Any]], place: FilePlace
) -> None:
    """Refuse a path that leads nowhere, before anything is run."""
    try:
        parameters = design_of(levels).at(0)
    except RecoveryError as error:
        raise place.error(error) from error
    build(**parameters)
