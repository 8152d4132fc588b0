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
from .kinds import Use, annotations_of, describe_thing, is_union, use_of
from .naming import find_named
from .places import FilePlace, is_list, is_table
from .scalars import SCALARS, Reader, is_weight, read_fact, read_member, read_number

__all__ = ["read_part", "read_plug", "read_value", "renamed_fields"]

_T = TypeVar("_T")
Table: TypeAlias = dict[str, Any]
_PAIR: Final = 2
_PAIRS_MEND: Final = "give pairs of value and weight, such as [[30, 3], [90, 1]]"


def read_part(
    kind: type[_T],
    table: object,
    place: FilePlace,
    *,
    base: object = None,
    made: Mapping[str, Any] | None = None,
    also: Collection[str] = (),
) -> _T:
    """Read a value of the library from a table with its fields.

    Args:
        kind: What it is; a class made with attrs.
        table: The table.
        place: Where it stands.
        base: One to begin with, of which only what is written is changed.
        made: Fields that are there already, and cannot be written.
        also: Keys that others read.

    Raises:
        InvalidValueError: A key is unknown or missing, or a value does not fit.
    """
    written, fields_ready = place.table(table), dict(made or {})
    fields: dict[str, Any] = {f.name: f for f in attrs.fields(kind) if f.init}  # type: ignore[arg-type]
    names = [name for name in fields if name not in fields_ready]
    place.check_keys(written, (*also, *names), renamed_fields(kind))
    types = annotations_of(kind)
    for name in names:
        if name in written and name not in also:
            before = getattr(base, name, None)
            hint = types.get(name, Any)
            fields_ready[name] = read_value(
                hint, written[name], place / name, base=before
            )
    complete = {**_fields_of_base(base, fields), **fields_ready}
    for name, field in fields.items():
        if name not in complete and field.default is attrs.NOTHING:
            raise (place / name).missing(f"give {name} = ...")
    return _make_or_refuse(
        kind, {fields[name].alias: content for name, content in complete.items()}, place
    )


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


def _make_or_refuse(
    kind: Callable[..., _T], arguments: dict[str, Any], place: FilePlace
) -> _T:
    """Call a maker; what it raises becomes an error that names the place."""
    try:
        return kind(**arguments)
    except (RecoveryError, TypeError, ValueError) as error:
        raise place.error(error) from error


def _fields_of_base(base: object, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a base, but for those that follow from others."""
    if base is None:
        return {}
    return {
        name: getattr(base, name)
        for name, field in fields.items()
        if not _is_derived(base, name, field.default)
    }


def _is_derived(base: object, name: str, default: Any) -> bool:
    """Return whether a field of a base is what its default makes of the others."""
    if not isinstance(default, attrs.Factory) or not default.takes_self:  # type: ignore[arg-type]
        return False
    return bool(default.factory(base) == getattr(base, name))


def read_plug(
    text_or_table: object, hints: Sequence[Any], place: FilePlace, base: object = None
) -> Any:
    """Read something that is named: as it is, or what a class or a function makes.

    Args:
        text_or_table: ``module:name``; a name in the usual module of its place; or
            a table with such a name under ``use``, and parameters to make it with.
        hints: The types that fit here.
        place: Where it stands.
        base: What was there before; a table without ``use`` changes it.

    Raises:
        InvalidValueError: There is none, or it is nothing of these types.
    """
    if isinstance(text_or_table, str):
        return build_named(find_named(text_or_table, place), {}, hints, place)
    table = dict(place.table(text_or_table))
    use = table.pop("use", None)
    if isinstance(use, str):
        return build_named(find_named(use, place), table, hints, place)
    if use is None and attrs.has(type(base)):
        return read_part(type(base), table, place, base=base, also=("use",))
    raise place.cannot(
        text_or_table, 'give a name, or a table with use = "module:name"'
    )


def build_named(
    thing: object, table: Table, hints: Sequence[Any], place: FilePlace
) -> Any:
    """Build from what was named, calling nothing before it is known to fit.

    Args:
        thing: What was named.
        table: The parameters.
        hints: The types that fit here.
        place: Where it stands.

    Raises:
        InvalidValueError: It is nothing of these types, or cannot be built so.
    """
    target: Any = thing
    match use_of(target, hints):
        case Use.BUILT if attrs.has(target):
            return read_part(target, table, place, also=("use",))
        case Use.BUILT:
            return _call_maker(target, table, place)
        case Use.CALLED:
            return _check_made(_call_maker(target, table, place), hints, place)
        case Use.AS_IT_IS if not table:
            return target
        case Use.AS_IT_IS if attrs.has(target.__class__):
            return read_part(target.__class__, table, place, base=target)
        case Use.AS_IT_IS:
            raise place.error(
                f"{describe_thing(target)} is there already and takes no "
                f"parameters: leave {', '.join(table)} out"
                f"{_annotation_advice(target, hints)}"
            )
        case _:
            raise place.error(
                f"{describe_thing(target)} is no {_type_names(hints)}, and makes none"
                f"{_annotation_advice(target, hints)}"
            )


def _check_made(result: object, hints: Sequence[Any], place: FilePlace) -> Any:
    """Return what a function made; refuse what is not of the type it promised."""
    if use_of(result, hints) is not Use.AS_IT_IS:
        raise place.error(
            f"what came is {describe_thing(result)}, and no {_type_names(hints)}"
        )
    return result


def _type_names(hints: Sequence[Any]) -> str:
    """Return the types that fit, as words."""
    return " or ".join(getattr(hint, "__name__", str(hint)) for hint in hints)


def _annotation_advice(thing: Any, hints: Sequence[Any]) -> str:
    """Return how a function has to be annotated before it is called."""
    if not isroutine(thing) or "return" in annotations_of(thing):
        return ""
    type_name = getattr(hints[0], "__name__", "...")
    return f"; if it makes one, let it say so: def {thing.__name__}(...) -> {type_name}"


def _call_maker(maker: Any, table: Table, place: FilePlace) -> Any:
    """Call a maker with parameters read by the types it declares."""
    init = maker.__init__
    types = annotations_of(init if isinstance(maker, type) else maker)
    arguments = {
        name: read_value(types.get(name, Any), content, place / name)
        for name, content in table.items()
    }
    return _make_or_refuse(maker, arguments, place)


# ---------------------------------------------------------------------- any value


def read_value(
    hint: Any, content: object, place: FilePlace, *, base: object = None
) -> Any:
    """Read a value of a type.

    Args:
        hint: The type, as a class declares it.
        content: What TOML holds.
        place: Where it stands.
        base: What was there before; tables change it, all else takes its place.

    Raises:
        InvalidValueError: It does not fit; says what does.
    """
    origin = get_origin(hint)
    if hint != Fact and is_union(hint):
        return _read_union(hint, content, place, base)
    if origin is tuple:
        return _read_tuple(get_args(hint), content, place, base)
    is_part = isinstance(hint, type) and attrs.has(hint) and hint not in _READERS
    is_named = isinstance(content, str) or (is_table(content) and "use" in content)
    if is_part and not is_named:
        before = base if type(base) is hint else None
        return read_part(cast("type[Any]", hint), content, place, base=before)
    reader = _reader_for(hint, origin)
    if reader is not None:
        return reader(hint, content, place)
    return read_plug(content, (hint,), place, base)


def _reader_for(hint: Any, origin: Any) -> Reader | None:
    """Return who reads a type, whatever stood there before; None for the others."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return read_member
    readers = (r for kind, r in _READERS.items() if hint == kind or origin is kind)
    return next(readers, None)


def _read_union(hint: Any, content: object, place: FilePlace, base: object) -> Any:
    """Read a value of one of several types, told apart by the keys."""
    options = [option for option in get_args(hint) if option is not NoneType]
    if len(options) == 1:
        return read_value(options[0], content, place, base=base)
    if is_table(content) and "use" in content:
        return read_plug(content, options, place, base)
    if all(map(attrs.has, options)):
        table = place.table(content)
        if not table:
            raise place.cannot(content, "say what changes, or leave it out")
        # The one whose keys these are; the first if that does not tell.
        key_matches = [
            len({f.name for f in attrs.fields(option)} & set(table))
            for option in options
        ]
        kind = options[key_matches.index(max(key_matches))]
        before = type(base)
        if before in options and key_matches[options.index(before)] == max(key_matches):
            kind = before
        return read_value(kind, content, place, base=base)
    scalars = tuple(option for option in options if option in SCALARS)
    return (
        content
        if isinstance(content, scalars)
        else read_plug(content, options, place, base)
    )


def _is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(value, tuple)


def _read_tuple(
    kinds: tuple[Any, ...], content: object, place: FilePlace, base: object
) -> Any:
    """Read a tuple: of fixed length, of pairs, changed by number, or as a list."""
    if kinds[-1] is not ...:
        if not is_list(content) or len(content) != len(kinds):
            raise place.cannot(content, f"give a list of {len(kinds)}")
        members = enumerate(zip(kinds, content, strict=True))
        return tuple(
            read_value(kind, member, place / index) for index, (kind, member) in members
        )
    kind = kinds[0]
    if get_origin(kind) is tuple:
        return _read_pairs(get_args(kind), content, place, base)
    if is_table(content) and _is_tuple(base):
        return _change_members(kind, content, place, base)
    if not is_list(content):
        raise place.cannot(content, "give a list")
    return tuple(
        read_value(kind, member, place / index) for index, member in enumerate(content)
    )


def _read_pairs(
    kinds: tuple[Any, ...], content: object, place: FilePlace, base: object
) -> Any:
    """Read pairs from a table; they change those of a base, if there is one."""
    table = place.table(content)
    old: dict[Any, Any] = dict(base) if _is_tuple(base) else {}
    new = {
        # One table holds both, so a key has no place but that of its member.
        read_value(kinds[0], key, place / key): read_value(
            kinds[1], member, place / key
        )
        for key, member in table.items()
    }
    return {**old, **new}


def _change_members(
    kind: Any, changes: dict[str, Any], place: FilePlace, base: tuple[Any, ...]
) -> Any:
    """Return the members of a base, some changed by their numbers."""
    place.check_keys(changes, [str(index) for index in range(len(base))])
    return tuple(
        read_value(kind, changes[str(index)], place / index, base=old)
        if str(index) in changes
        else old
        for index, old in enumerate(base)
    )


def _read_set(hint: Any, content: object, place: FilePlace) -> frozenset[Any]:
    return frozenset(_read_tuple((*get_args(hint), ...), content, place, None))


# ------------------------------------------------------------------------- weights


def _read_spread(hint: Any, content: object, place: FilePlace) -> Any:
    """Read a value that is certain, or values with weights."""
    kind = get_args(hint)[0]
    if is_list(content):
        return _make_spread(_read_weighted_pairs(kind, content, place), place)
    if is_table(content) and all(map(is_weight, content.values())):
        pairs = [
            (
                _read_weight_key(kind, key, place / key),
                read_number(float, weight, place / key),
            )
            for key, weight in content.items()
        ]
        return _make_spread(tuple(pairs), place)
    return _make_spread(((read_value(kind, content, place), 1.0),), place)


def _make_spread(
    weights: tuple[tuple[Any, float], ...], place: FilePlace
) -> Spread[Any]:
    try:
        return Spread(weights)
    except RecoveryError as error:
        raise place.error(error) from error


def _read_weighted_pairs(kind: Any, members: list[Any], place: FilePlace) -> Any:
    """Read a list of pairs of value and weight."""
    pairs: list[tuple[Any, float]] = []
    for index, pair in enumerate(members):
        member_place = place / index
        if not is_list(pair) or len(pair) != _PAIR:
            raise member_place.cannot(pair, _PAIRS_MEND)
        weight = read_number(float, pair[1], member_place)
        pairs.append((read_value(kind, pair[0], member_place), weight))
    return tuple(pairs)


def _read_weight_key(kind: Any, key: str, place: FilePlace) -> Any:
    """Read the value that a weight belongs to; keys of TOML are texts."""
    if kind in (int, float):
        raise place.cannot(key, _PAIRS_MEND)
    return read_value(kind, key, place)


_READERS: Final[Mapping[Any, Reader]] = {
    **SCALARS,
    Fact: read_fact,
    frozenset: _read_set,
    Spread: _read_spread,
}
