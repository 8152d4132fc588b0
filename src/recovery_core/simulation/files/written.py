"""Worlds and companies as they are written in an experiment file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast

import attrs

from ...engine import RecoveryEngine
from ...policy import CompensationPolicy
from ..company import Company
from ..reactions import ReactionModel, default_models
from ..world.world import FailureMode, Population, Tier, World
from ..world.worlds import shop
from .naming import named, policy_named
from .parts import built, part, plug, renamed_fields, value
from .places import FilePlace, is_list, is_table

__all__ = ["Written"]

_T = TypeVar("_T")
Table = dict[str, Any]

_ENGINE: Final = (
    "policy",
    "attribution",
    "liability",
    "abuse",
    "authority",
    "process",
    "offer_valid_for",
    "on_hook_error",
)
_MODELS: Final = (ReactionModel,)
_POLICIES: Final = (CompensationPolicy,)
_WORLD: Final = ("use", "tier", "failure", "population", "reactions")
_OWN: Final[Mapping[type, tuple[str, ...]]] = {
    World: ("population", "modes", "reactions"),
    Company: ("engine",),
}
"""Fields that are not written by their names."""


def _check_keys(
    kind: Any, also: tuple[str, ...], given: Table, place: FilePlace
) -> None:
    names = [f.name for f in attrs.fields(kind) if f.name not in _OWN[kind]]
    place.check_keys(given, (*also, *names), renamed_fields(kind))


def _base(kind: type[_T], given: Table, place: FilePlace) -> _T | None:
    """Take what a table begins with, if it says so."""
    if "use" not in given:
        return None
    here = place / "use"
    words = given["use"]
    if not isinstance(words, str):
        raise here.cannot(words, "write module:name")
    made: _T = built(named(words, here), {}, (kind,), here)
    return made


# --------------------------------------------------------------------------- worlds


def _world(given: Table, place: FilePlace) -> World:
    _check_keys(World, _WORLD, given, place)
    base = _base(World, given, place)
    if base is None and "tier" not in given:
        mend = 'write [[world.tier]], or begin with use = "shop"'
        raise (place / "tier").missing(mend)
    made: Table = {"population": _population(given, place, base)}
    if "failure" in given:
        modes = None if base is None else base.modes
        kind, here = tuple[FailureMode, ...], place / "failure"
        made["modes"] = value(kind, given["failure"], here, base=modes)
    elif base is None:
        raise (place / "failure").missing("write [[world.failure]]")
    if "reactions" in given:
        models, here = (
            default_models() if base is None else base.reactions,
            place / "reactions",
        )
        made["reactions"] = _reactions(given["reactions"], here, models)
    return part(World, given, place, base=base, made=made, also=_WORLD)


def _population(given: Table, place: FilePlace, base: World | None) -> Population:
    old = None if base is None else base.population
    if old is not None and "tier" not in given:
        tiers = old.tiers
    else:
        kind, before = tuple[Tier, ...], None if old is None else old.tiers
        tiers = value(kind, given["tier"], place / "tier", base=before)
    here = place / "population"
    return part(
        Population, given.get("population", {}), here, base=old, made={"tiers": tiers}
    )


def _reactions(
    given: object, place: FilePlace, models: tuple[ReactionModel, ...]
) -> Any:
    """Read models: by name, one after the other, or as changes of those there are."""
    if given == "usual":
        return default_models()
    if isinstance(given, str):
        found = named(given, place)
        is_many = isinstance(found, tuple | list)
        several = cast("tuple[Any, ...]", found) if is_many else (found,)
        return tuple(built(each, {}, _MODELS, place) for each in several)
    if is_list(given):
        return tuple(plug(each, _MODELS, place / n) for n, each in enumerate(given))
    table = place.table(given)
    names = [type(model).__name__ for model in models]
    place.check_keys(table, names)
    return tuple(
        plug(table[name], _MODELS, place / name, model) if name in table else model
        for name, model in zip(names, models, strict=True)
    )


# ------------------------------------------------------------------------- companies


def _company(name: str, given: object, place: FilePlace) -> Company:
    table = place.table(given)
    _check_keys(Company, ("use", *_ENGINE), table, place)
    base = _base(Company, table, place)
    made: Table = {"engine": _engine(table, place, base)}
    if base is None and "name" not in table:
        made["name"] = name
    return part(Company, table, place, base=base, made=made, also=("use", *_ENGINE))


def _engine(table: Table, place: FilePlace, base: Company | None) -> RecoveryEngine:
    own = {key: each for key, each in table.items() if key in _ENGINE}
    old = None if base is None else base.engine
    if old is not None and not own:
        return old
    made: Table = {} if old is None else {"clock": old.clock, "new_id": old.new_id}
    if "policy" in own:
        made["policy"] = _policy(own["policy"], place / "policy", old)
    elif old is None:
        mend = (
            'give a .json file, or module:name such as "recovery_core.schedules:eu261"'
        )
        raise (place / "policy").missing(mend)
    return part(RecoveryEngine, own, place, base=old, made=made, also=("policy",))


def _policy(given: object, place: FilePlace, old: RecoveryEngine | None) -> Any:
    if isinstance(given, str):
        return built(policy_named(given, place), {}, _POLICIES, place)
    return plug(given, _POLICIES, place, None if old is None else old.policy)


# ---------------------------------------------------------------------------- sweeps


def _put(given: object, steps: list[str], new: Any, place: FilePlace) -> Any:
    """Put a value where a path leads; nothing that is there is changed."""
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    here = place / step
    if is_list(given):
        place.check_keys([step], [str(nth) for nth in range(len(given))])
        return [
            _put(each, rest, new, here) if str(nth) == step else each
            for nth, each in enumerate(given)
        ]
    if is_table(given):
        return {**given, step: _put(given.get(step, {}), rest, new, here)}
    raise place.cannot(given, f"it has no {step!r}: sweep it whole")


@attrs.frozen(eq=False)
class Written:
    """Hold what is written in a file, and make of it what is run.

    Args:
        data: What TOML holds.
        place: The file.
        world: The world, as it is written.
        companies: The companies, by name.
        swept: Whose runs a sweep is about, unless a parameter says so.
    """

    data: Table
    place: FilePlace
    world: World
    companies: Mapping[str, Company]
    swept: str = ""

    @classmethod
    def read(cls, data: Table, place: FilePlace) -> Written:
        """Read the world and the companies.

        Raises:
            InvalidValueError: Something cannot be; the message names the place.
        """
        world = _world_of(data, place)
        here = place / "company"
        companies = here.table(data.get("company", {}))
        if not companies:
            raise here.missing("write [company.NAME], with a policy")
        return cls(
            data,
            place,
            world,
            {
                name: _company(name, each, here / name)
                for name, each in companies.items()
            },
        )

    def owner(self, path: str, place: FilePlace) -> str:
        """Name the company that a path of a sweep leads into; empty for the world.

        Raises:
            InvalidValueError: It leads nowhere.
        """
        first, *rest = path.split(".")
        if first == "world" and rest:
            return ""
        if first != "company" or len(rest) < 2:  # noqa: PLR2004
            raise place.error(
                f"{path!r} leads nowhere: write a path into the file, such as "
                "world.failure.0.rate or company.NAME.rounds"
            )
        (place / "company").check_keys(rest[:1], [*self.companies])
        return rest[0]

    def __call__(self, **parameters: Any) -> tuple[Company, World]:
        """Make the company and the world of one point of a sweep."""
        who = parameters.pop("company", self.swept)
        data: Any = self.data
        for path, new in parameters.items():
            data = _put(data, path.split("."), new, FilePlace(self.place.file))
        is_same = not any(path.startswith("world.") for path in parameters)
        # One world for all points, so that it is hashed but once.
        world = self.world if is_same else _world_of(data, self.place)
        here = self.place / "company" / who
        return _company(who, data["company"][who], here), world


def _world_of(data: Table, place: FilePlace) -> World:
    here = place / "world"
    return _world(here.table(data["world"]), here) if "world" in data else shop()
