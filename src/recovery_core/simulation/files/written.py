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
from .naming import find_named, find_policy
from .parts import build_named, read_part, read_plug, read_value, renamed_fields
from .places import FilePlace, is_list, is_table

__all__ = ["WrittenExperiment"]

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
    kind: Any, other_keys: tuple[str, ...], table: Table, place: FilePlace
) -> None:
    """Refuse keys that are no field, or a field that is written otherwise."""
    names = [f.name for f in attrs.fields(kind) if f.name not in _OWN[kind]]
    place.check_keys(table, (*other_keys, *names), renamed_fields(kind))


def _read_base(kind: type[_T], table: Table, place: FilePlace) -> _T | None:
    """Read what a table begins with; None where it names nothing."""
    if "use" not in table:
        return None
    use_place = place / "use"
    name = table["use"]
    if not isinstance(name, str):
        raise use_place.cannot(name, "write module:name")
    base: _T = build_named(find_named(name, use_place), {}, (kind,), use_place)
    return base


# --------------------------------------------------------------------------- worlds


def _read_world(table: Table, place: FilePlace) -> World:
    """Read the table ``[world]``."""
    _check_keys(World, _WORLD, table, place)
    base = _read_base(World, table, place)
    if base is None and "tier" not in table:
        mend = 'write [[world.tier]], or begin with use = "shop"'
        raise (place / "tier").missing(mend)
    fields: Table = {"population": _read_population(table, place, base)}
    if "failure" in table:
        modes = None if base is None else base.modes
        kind, inner_place = tuple[FailureMode, ...], place / "failure"
        fields["modes"] = read_value(kind, table["failure"], inner_place, base=modes)
    elif base is None:
        raise (place / "failure").missing("write [[world.failure]]")
    if "reactions" in table:
        models, inner_place = (
            default_models() if base is None else base.reactions,
            place / "reactions",
        )
        fields["reactions"] = _read_reactions(table["reactions"], inner_place, models)
    return read_part(World, table, place, base=base, made=fields, also=_WORLD)


def _read_population(table: Table, place: FilePlace, base: World | None) -> Population:
    """Read the population, with the tiers of the file or of the base."""
    population = None if base is None else base.population
    if population is not None and "tier" not in table:
        tiers = population.tiers
    else:
        kind, base_tiers = (
            tuple[Tier, ...],
            None if population is None else population.tiers,
        )
        tiers = read_value(kind, table["tier"], place / "tier", base=base_tiers)
    population_place = place / "population"
    return read_part(
        Population,
        table.get("population", {}),
        population_place,
        base=population,
        made={"tiers": tiers},
    )


def _read_reactions(
    content: object, place: FilePlace, models: tuple[ReactionModel, ...]
) -> Any:
    """Read models: by name, one after the other, or as changes of those of the base."""
    if content == "usual":
        return default_models()
    if isinstance(content, str):
        thing = find_named(content, place)
        is_many = isinstance(thing, tuple | list)
        listed = cast("tuple[Any, ...]", thing) if is_many else (thing,)
        return tuple(build_named(entry, {}, _MODELS, place) for entry in listed)
    if is_list(content):
        return tuple(
            read_plug(entry, _MODELS, place / index)
            for index, entry in enumerate(content)
        )
    table = place.table(content)
    names = [type(model).__name__ for model in models]
    place.check_keys(table, names)
    return tuple(
        read_plug(table[name], _MODELS, place / name, model) if name in table else model
        for name, model in zip(names, models, strict=True)
    )


# ------------------------------------------------------------------------- companies


def _read_company(name: str, content: object, place: FilePlace) -> Company:
    """Read one table ``[company.NAME]``."""
    table = place.table(content)
    _check_keys(Company, ("use", *_ENGINE), table, place)
    base = _read_base(Company, table, place)
    fields: Table = {"engine": _read_engine(table, place, base)}
    if base is None and "name" not in table:
        fields["name"] = name
    return read_part(
        Company, table, place, base=base, made=fields, also=("use", *_ENGINE)
    )


def _read_engine(
    table: Table, place: FilePlace, base: Company | None
) -> RecoveryEngine:
    """Read the keys of a company that belong to its engine."""
    engine_keys = {key: content for key, content in table.items() if key in _ENGINE}
    before = None if base is None else base.engine
    if before is not None and not engine_keys:
        return before
    fields: Table = (
        {} if before is None else {"clock": before.clock, "new_id": before.new_id}
    )
    if "policy" in engine_keys:
        fields["policy"] = _read_policy(engine_keys["policy"], place / "policy", before)
    elif before is None:
        mend = (
            'give a .json file, or module:name such as "recovery_core.schedules:eu261"'
        )
        raise (place / "policy").missing(mend)
    return read_part(
        RecoveryEngine, engine_keys, place, base=before, made=fields, also=("policy",)
    )


def _read_policy(
    content: object, place: FilePlace, engine: RecoveryEngine | None
) -> Any:
    """Read a policy: a stored table, a name, or a change of the one before."""
    if isinstance(content, str):
        return build_named(find_policy(content, place), {}, _POLICIES, place)
    return read_plug(
        content, _POLICIES, place, None if engine is None else engine.policy
    )


# ---------------------------------------------------------------------------- sweeps


def _with_value_at(
    content: object, steps: list[str], value: Any, place: FilePlace
) -> Any:
    """Return content with a value where a path leads; the original stays as it is."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    step_place = place / step
    if is_list(content):
        place.check_keys([step], [str(index) for index in range(len(content))])
        return [
            _with_value_at(member, rest, value, step_place)
            if str(index) == step
            else member
            for index, member in enumerate(content)
        ]
    if is_table(content):
        return {
            **content,
            step: _with_value_at(content.get(step, {}), rest, value, step_place),
        }
    raise place.cannot(content, f"it has no {step!r}: sweep it whole")


@attrs.frozen(eq=False)
class WrittenExperiment:
    """What is written in a file, and the builder of what is run.

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
    def read(cls, data: Table, place: FilePlace) -> WrittenExperiment:
        """Read the world and the companies.

        Raises:
            InvalidValueError: Something cannot be; the message names the place.
        """
        world = _world_or_shop(data, place)
        here = place / "company"
        companies = here.table(data.get("company", {}))
        if not companies:
            raise here.missing("write [company.NAME], with a policy")
        return cls(
            data,
            place,
            world,
            {
                name: _read_company(name, each, here / name)
                for name, each in companies.items()
            },
        )

    def owner(self, path: str, place: FilePlace) -> str:
        """Return the company that a path of a sweep leads into; empty for the world.

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
        """Build the company and the world of one point of a sweep."""
        who = parameters.pop("company", self.swept)
        data: Any = self.data
        for path, new in parameters.items():
            data = _with_value_at(
                data, path.split("."), new, FilePlace(self.place.file)
            )
        is_same = not any(path.startswith("world.") for path in parameters)
        # One world for all points, so that it is hashed but once.
        world = self.world if is_same else _world_or_shop(data, self.place)
        here = self.place / "company" / who
        return _read_company(who, data["company"][who], here), world


def _world_or_shop(data: Table, place: FilePlace) -> World:
    here = place / "world"
    return _read_world(here.table(data["world"]), here) if "world" in data else shop()
