"""The parts of worlds and companies, read from the tables of a file by their types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum
from inspect import isroutine
from types import NoneType
from typing import Any, Final, TypeAlias, TypeGuard, TypeVar, cast, get_args, get_origin

import attrs

from ..._domain.hashing import FORMER_NAME
from ..._domain.reason import Fact
from ...errors import RecoveryError
from ..world.distribution import Spread
from .kinds import Use, annotations_of, described, is_union, use_of
from .naming import named
from .places import FilePlace, is_list, is_table
from .scalars import SCALARS, Reader, fact, is_weight, member, number

__all__ = ["part", "plug", "renamed_fields", "value"]

_T = TypeVar("_T")
Table: TypeAlias = dict[str, Any]
_PAIR: Final = 2


def part(
    kind: type[_T],
    given: object,
    place: FilePlace,
    *,
    base: object = None,
    made: Mapping[str, Any] | None = None,
    also: Collection[str] = (),
) -> _T:
    """Read a value of the library from a table with its fields.

    Args:
        kind: What it is; a class made with attrs.
        given: The table.
        place: Where it stands.
        base: One to begin with, of which only what is written is changed.
        made: Fields that are there already, and cannot be written.
        also: Keys that others read.

    Raises:
        InvalidValueError: A key is unknown or missing, or a value does not fit.
    """
    table, ready = place.table(given), dict(made or {})
    fields: dict[str, Any] = {f.name: f for f in attrs.fields(kind) if f.init}  # type: ignore[arg-type]
    written = [name for name in fields if name not in ready]
    place.check_keys(table, (*also, *written), renamed_fields(kind))
    types = annotations_of(kind)
    for name in written:
        if name in table and name not in also:
            old = getattr(base, name, None)
            hint = types.get(name, Any)
            ready[name] = value(hint, table[name], place / name, base=old)
    whole = {**_kept(base, fields), **ready}
    for name, field in fields.items():
        if name not in whole and field.default is attrs.NOTHING:
            raise (place / name).missing(f"give {name} = ...")
    return _made(kind, {fields[n].alias: each for n, each in whole.items()}, place)


def renamed_fields(kind: type) -> dict[str, str]:
    """Map the names that fields of a class had in an earlier release to those now.

    Args:
        kind: A class made with attrs.
    """
    fields: list[Any] = [*attrs.fields(kind)]
    return {
        field.metadata[FORMER_NAME]: field.name
        for field in fields
        if FORMER_NAME in field.metadata
    }


def _made(kind: Callable[..., _T], arguments: dict[str, Any], place: FilePlace) -> _T:
    try:
        return kind(**arguments)
    except (RecoveryError, TypeError, ValueError) as error:
        raise place.error(error) from error


def _kept(base: object, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a base says, but for what follows from other fields."""
    if base is None:
        return {}
    return {
        name: getattr(base, name)
        for name, field in fields.items()
        if not _follows(base, name, field.default)
    }


def _follows(base: object, name: str, default: Any) -> bool:
    if not isinstance(default, attrs.Factory) or not default.takes_self:  # type: ignore[arg-type]
        return False
    return bool(default.factory(base) == getattr(base, name))


def plug(
    given: object, hints: Sequence[Any], place: FilePlace, base: object = None
) -> Any:
    """Take what is named: as it is, or what a class or a function makes.

    Args:
        given: ``module:name``; a name in the usual module of its place; or a table
            with such a name under ``use``, and parameters to make it with.
        hints: The types that fit here.
        place: Where it stands.
        base: What was there before; a table without ``use`` changes it.

    Raises:
        InvalidValueError: There is none, or it is nothing of these types.
    """
    if isinstance(given, str):
        return built(named(given, place), {}, hints, place)
    table = dict(place.table(given))
    use = table.pop("use", None)
    if isinstance(use, str):
        return built(named(use, place), table, hints, place)
    if use is None and attrs.has(type(base)):
        return part(type(base), table, place, base=base, also=("use",))
    raise place.cannot(given, 'give a name, or a table with use = "module:name"')


def built(found: object, table: Table, hints: Sequence[Any], place: FilePlace) -> Any:
    """Build what was found, with parameters; call nothing before it is known to fit.

    Args:
        found: What was named.
        table: The parameters.
        hints: The types that fit here.
        place: Where it stands.

    Raises:
        InvalidValueError: It is nothing of these types, or cannot be built so.
    """
    thing: Any = found
    match use_of(thing, hints):
        case Use.BUILT if attrs.has(thing):
            return part(thing, table, place, also=("use",))
        case Use.BUILT:
            return _called(thing, table, place)
        case Use.CALLED:
            return _checked(_called(thing, table, place), hints, place)
        case Use.AS_IT_IS if not table:
            return thing
        case Use.AS_IT_IS if attrs.has(thing.__class__):
            return part(thing.__class__, table, place, base=thing)
        case Use.AS_IT_IS:
            raise place.error(
                f"{described(thing)} is there already and takes no parameters: leave "
                f"{', '.join(table)} out{_or_say(thing, hints)}"
            )
        case _:
            raise place.error(
                f"{described(thing)} is no {_wanted(hints)}, and makes none"
                f"{_or_say(thing, hints)}"
            )


def _checked(made: object, hints: Sequence[Any], place: FilePlace) -> Any:
    """Look whether a function made what it says it makes."""
    if use_of(made, hints) is not Use.AS_IT_IS:
        raise place.error(f"what came is {described(made)}, and no {_wanted(hints)}")
    return made


def _wanted(hints: Sequence[Any]) -> str:
    return " or ".join(getattr(hint, "__name__", str(hint)) for hint in hints)


def _or_say(found: Any, hints: Sequence[Any]) -> str:
    """Say what a function has to say of itself before it is called."""
    if not isroutine(found) or "return" in annotations_of(found):
        return ""
    wanted = getattr(hints[0], "__name__", "...")
    return f"; if it makes one, let it say so: def {found.__name__}(...) -> {wanted}"


def _called(maker: Any, table: Table, place: FilePlace) -> Any:
    init = maker.__init__
    types = annotations_of(init if isinstance(maker, type) else maker)
    arguments = {
        name: value(types.get(name, Any), each, place / name)
        for name, each in table.items()
    }
    return _made(maker, arguments, place)


# ---------------------------------------------------------------------- any value


def value(hint: Any, given: object, place: FilePlace, *, base: object = None) -> Any:
    """Read a value of a type.

    Args:
        hint: The type, as a class declares it.
        given: What TOML holds.
        place: Where it stands.
        base: What was there before; tables change it, all else takes its place.

    Raises:
        InvalidValueError: It does not fit; says what does.
    """
    origin = get_origin(hint)
    if hint != Fact and is_union(hint):
        return _either(hint, given, place, base)
    if origin is tuple:
        return _many(get_args(hint), given, place, base)
    is_part = isinstance(hint, type) and attrs.has(hint) and hint not in _READERS
    is_named = isinstance(given, str) or (is_table(given) and "use" in given)
    if is_part and not is_named:
        old = base if type(base) is hint else None
        return part(cast("type[Any]", hint), given, place, base=old)
    reader = _reader(hint, origin)
    if reader is not None:
        return reader(hint, given, place)
    return plug(given, (hint,), place, base)


def _reader(hint: Any, origin: Any) -> Reader | None:
    """Find out who reads a type, whatever stood there before."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return member
    readers = (r for kind, r in _READERS.items() if hint == kind or origin is kind)
    return next(readers, None)


def _either(hint: Any, given: object, place: FilePlace, base: object) -> Any:
    options = [each for each in get_args(hint) if each is not NoneType]
    if len(options) == 1:
        return value(options[0], given, place, base=base)
    if is_table(given) and "use" in given:
        return plug(given, options, place, base)
    if all(map(attrs.has, options)):
        table = place.table(given)
        if not table:
            raise place.cannot(given, "say what changes, or leave it out")
        # The one whose keys these are; the first if that does not tell.
        held = [len({f.name for f in attrs.fields(k)} & set(table)) for k in options]
        kind = options[held.index(max(held))]
        old = type(base)
        if old in options and held[options.index(old)] == max(held):
            kind = old
        return value(kind, given, place, base=base)
    plain = tuple(each for each in options if each in SCALARS)
    return given if isinstance(given, plain) else plug(given, options, place, base)


def _is_tuple(given: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(given, tuple)


def _many(kinds: tuple[Any, ...], given: object, place: FilePlace, base: object) -> Any:
    if kinds[-1] is not ...:
        if not is_list(given) or len(given) != len(kinds):
            raise place.cannot(given, f"give a list of {len(kinds)}")
        members = enumerate(zip(kinds, given, strict=True))
        return tuple(value(kind, each, place / n) for n, (kind, each) in members)
    kind = kinds[0]
    if get_origin(kind) is tuple:
        return _pairs(get_args(kind), given, place, base)
    if is_table(given) and _is_tuple(base):
        return _changed(kind, given, place, base)
    if not is_list(given):
        raise place.cannot(given, "give a list")
    return tuple(value(kind, each, place / n) for n, each in enumerate(given))


def _pairs(
    kinds: tuple[Any, ...], given: object, place: FilePlace, base: object
) -> Any:
    """Read pairs from a table; they change those of a base. A mapping makes them."""
    table = place.table(given)
    old: dict[Any, Any] = dict(base) if _is_tuple(base) else {}
    new = {
        value(kinds[0], key, place / key): value(kinds[1], each, place / key)
        for key, each in table.items()
    }
    return {**old, **new}


def _changed(
    kind: Any, given: dict[str, Any], place: FilePlace, base: tuple[Any, ...]
) -> Any:
    """Change members of a base by their numbers."""
    place.check_keys(given, [str(number) for number in range(len(base))])
    return tuple(
        value(kind, given[str(n)], place / n, base=old) if str(n) in given else old
        for n, old in enumerate(base)
    )


def _set(hint: Any, given: object, place: FilePlace) -> frozenset[Any]:
    return frozenset(_many((*get_args(hint), ...), given, place, None))


# ------------------------------------------------------------------------- weights


def _spread(hint: Any, given: object, place: FilePlace) -> Any:
    """Read a value that is certain, or values with weights."""
    kind = get_args(hint)[0]
    if is_list(given):
        return _spread_of(_weighed(kind, given, place), place)
    if is_table(given) and all(map(is_weight, given.values())):
        pairs = [
            (_key(kind, key, place / key), number(float, weight, place / key))
            for key, weight in given.items()
        ]
        return _spread_of(tuple(pairs), place)
    return _spread_of(((value(kind, given, place), 1.0),), place)


def _spread_of(weights: tuple[tuple[Any, float], ...], place: FilePlace) -> Spread[Any]:
    try:
        return Spread(weights)
    except RecoveryError as error:
        raise place.error(error) from error


def _weighed(kind: Any, given: list[Any], place: FilePlace) -> Any:
    pairs: list[tuple[Any, float]] = []
    for nth, pair in enumerate(given):
        here = place / nth
        if not is_list(pair) or len(pair) != _PAIR:
            mend = "give pairs of value and weight, such as [[30, 3], [90, 1]]"
            raise here.cannot(pair, mend)
        pairs.append((value(kind, pair[0], here), number(float, pair[1], here)))
    return tuple(pairs)


def _key(kind: Any, key: str, place: FilePlace) -> Any:
    """Read the value of a weight; keys of TOML are texts."""
    if kind in (int, float):
        mend = "give pairs of value and weight, such as [[30, 3], [90, 1]]"
        raise place.cannot(key, mend)
    return value(kind, key, place)


_READERS: Final[Mapping[Any, Reader]] = {
    **SCALARS,
    Fact: fact,
    frozenset: _set,
    Spread: _spread,
}
