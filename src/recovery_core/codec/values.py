"""The values of the domain as plain JSON values, exactly and without coercion."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from functools import cache, partial
from typing import Any, Final, TypeVar, get_args

import attrs
import cattrs
from cattrs.errors import IterableValidationNote
from cattrs.gen import make_dict_structure_fn

from .._domain import checks
from .._domain.money import Money
from .._domain.plain import as_dict, as_list, as_object, format_error, is_dict
from .._domain.reason import Fact, Facts
from ..errors import StoredFormatError
from .faults import stored_format_error

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)
_Shares = tuple[tuple[str, Fraction], ...]
_Reader = Callable[[Any, Any], Any]

# What is stored may be forged: this bounds the time it takes to find out.
_SHARES: Final = 20_000  # characters; adding fractions up takes the square of that


def read(value: object, kind: type[_T], where: str) -> _T:
    """Read a value of the domain.

    Args:
        value: What JSON holds.
        kind: What it should be.
        where: What to call the place in a refusal.

    Raises:
        StoredFormatError: It is something else; the message names the field.
    """
    try:
        return _CONVERTER.structure(value, kind)
    except Exception as error:
        raise stored_format_error(error, where) from error


def convert_to_json_value(value: object) -> object:
    """Return a value of the domain as what JSON can hold."""
    return _CONVERTER.unstructure(value)


@cache
def _find_structure_hook(kind: Any) -> _Reader:
    """Find how values of a kind are read; found once, since lists can be long."""
    return _CONVERTER.get_structure_hook(kind)


def _read_member_noting_index(value: object, kind: Any, index: str | int) -> Any:
    """Read one of many, and name it if it cannot be read."""
    try:
        return _find_structure_hook(kind)(value, kind)
    except Exception as error:
        # cattrs would note no position for a reader of ours: `faults` reads this one.
        error.add_note(IterableValidationNote("", index, kind))
        raise


def _build_exact_type_reader(kind: type[_T]) -> Callable[[object, object], _T]:
    """Return a reader of exactly this type: no coercion, and no bool for an int."""

    def check(value: object, _: object) -> _T:
        if not isinstance(value, kind) or type(value) is not kind:
            raise format_error(kind.__name__, value)
        return value

    return check


def _build_text_reader(
    make: Callable[[str], _T], what: str
) -> Callable[[object, object], _T]:
    """Return a reader that makes of a text what it stands for."""

    def read(value: object, _: object) -> _T:
        if isinstance(value, str):
            try:
                return make(value)
            except ValueError:
                pass
        raise format_error(what, value)

    return read


def _parse_microseconds(value: object, _: object) -> timedelta:
    if type(value) is int:
        with suppress(OverflowError):
            return timedelta(microseconds=value)
    raise format_error("whole microseconds", value)


def _parse_aware_datetime(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _format_moment_in_utc(at: datetime) -> str:
    try:
        return at.astimezone(UTC).isoformat()
    except OverflowError:  # the first and last hours of the calendar have no UTC
        return at.isoformat()


def _parse_money(value: object, _: object) -> Money:
    fields = as_object(value, "money: ", "currency", "minor")
    return Money.from_minor(fields["minor"], fields["currency"])


def _convert_money_to_dict(money: Money) -> dict[str, object]:
    return {"currency": money.currency, "minor": money.minor}


@cache
def _enum_member_by_stored_text(kind: type[_E]) -> Mapping[str, _E]:
    # Numbers of an IntEnum are an order, which may be renumbered; names are stored.
    by_name = issubclass(kind, IntEnum)
    return {m.name if by_name else m.value: m for m in kind}


def _parse_enum_member(value: object, kind: type[_E]) -> _E:
    members: Mapping[str, _E] = _enum_member_by_stored_text(kind)
    if not isinstance(value, str) or value not in members:
        raise format_error(f"{kind.__name__} ({', '.join(members)})", value)
    return members[value]


def _convert_list_to_tuple(value: object, kind: Any) -> tuple[Any, ...]:
    """Read a list of any length, or one with as many members as the type names."""
    given, kinds = as_list(value), get_args(kind)
    if kinds[-1] is ...:
        first = kinds[0]
        return tuple(
            [_read_member_noting_index(item, first, i) for i, item in enumerate(given)]
        )
    if len(kinds) != len(given):
        raise format_error(f"a list of {len(kinds)}", given)
    members = enumerate(zip(given, kinds, strict=True))
    return tuple(
        [_read_member_noting_index(item, part, i) for i, (item, part) in members]
    )


def _parse_shares(value: object, kind: Any) -> _Shares:
    _check_shares_not_too_long(as_list(value))
    return _convert_list_to_tuple(value, kind)


def _convert_shares_to_text_pairs(shares: _Shares) -> list[list[str]]:
    pairs = [[party, str(share)] for party, share in shares]
    _check_shares_not_too_long(pairs)
    return pairs


def _check_shares_not_too_long(pairs: object) -> None:
    if len(json.dumps(pairs, default=repr)) > _SHARES:
        raise StoredFormatError(
            f"shares of more than {_SHARES} characters: round them before use"
        )


_JSON: Final = (bool, int, str)
_FACTS: Final[Mapping[str, type[object]]] = {
    "money": Money,
    "share": Fraction,
    "at": datetime,
    "on": date,
    "span": timedelta,
}
"""What a fact is when JSON has no such thing; a datetime is a date, so it is first."""


def _convert_fact_to_json(value: object) -> object:
    if isinstance(value, _JSON):
        return value
    tag = next(tag for tag, kind in _FACTS.items() if isinstance(value, kind))
    return {tag: _CONVERTER.unstructure(value)}


def _parse_fact(value: object, _: object) -> object:
    if isinstance(value, _JSON):
        return value
    if is_dict(value) and len(value) == 1:
        ((tag, inner),) = value.items()
        if tag in _FACTS:
            return _read_member_noting_index(inner, _FACTS[tag], tag)
    raise format_error(f"a fact (bool, int, str or one of {', '.join(_FACTS)})", value)


def _parse_facts(value: object, _: object) -> Facts:
    given = as_dict(value)
    return Facts(
        {
            name: _read_member_noting_index(item, Fact, name)
            for name, item in given.items()
        }
    )


def _convert_facts_to_dict(facts: Facts) -> dict[str, object]:
    return {name: _convert_fact_to_json(value) for name, value in facts.items()}


def _build_attrs_class_reader(
    kind: type[object], made: cattrs.Converter
) -> Callable[[Any, Any], Any]:
    """Read a value from an object, told apart from all that merely looks like one."""
    read = make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True)

    def check(value: object, _: object) -> Any:
        return read(as_dict(value), kind)

    return check


def _is_tuple_type(kind: object) -> bool:
    return getattr(kind, "__origin__", None) is tuple


def _register_readers(made: cattrs.Converter) -> None:
    for plain in (str, int, bool):
        made.register_structure_hook(plain, _build_exact_type_reader(plain))
    made.register_structure_hook(
        Fraction, _build_text_reader(checks.exact, "an exact share")
    )
    made.register_structure_hook(
        datetime, _build_text_reader(_parse_aware_datetime, "an aware datetime")
    )
    made.register_structure_hook(date, _build_text_reader(date.fromisoformat, "a date"))
    made.register_structure_hook(timedelta, _parse_microseconds)
    made.register_structure_hook(Facts, _parse_facts)
    made.register_structure_hook(IntEnum, _parse_enum_member)
    made.register_structure_hook(StrEnum, _parse_enum_member)
    # The newest is asked first.
    made.register_structure_hook_func(_is_tuple_type, _convert_list_to_tuple)
    made.register_structure_hook_func(partial(operator.eq, _Shares), _parse_shares)
    made.register_structure_hook_func(partial(operator.eq, Fact), _parse_fact)
    made.register_structure_hook_factory(
        attrs.has, partial(_build_attrs_class_reader, made=made)
    )
    made.register_structure_hook(Money, _parse_money)


def _register_writers(made: cattrs.Converter) -> None:
    made.register_unstructure_hook(Fraction, str)
    made.register_unstructure_hook(datetime, _format_moment_in_utc)
    made.register_unstructure_hook(date, date.isoformat)
    made.register_unstructure_hook(timedelta, lambda span: span // _MICROSECOND)
    made.register_unstructure_hook(Money, _convert_money_to_dict)
    made.register_unstructure_hook(Facts, _convert_facts_to_dict)
    made.register_unstructure_hook(IntEnum, lambda member: member.name)
    made.register_unstructure_hook(StrEnum, lambda member: member.value)
    made.register_unstructure_hook_func(
        partial(operator.eq, _Shares), _convert_shares_to_text_pairs
    )


def _build_converter() -> cattrs.Converter:
    made = cattrs.Converter()
    _register_readers(made)
    _register_writers(made)
    return made


_MICROSECOND: Final = timedelta(microseconds=1)
_CONVERTER: Final = _build_converter()
