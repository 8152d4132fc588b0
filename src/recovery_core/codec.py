"""Cases as JSON: out without loss, in without trust.

What is written carries a format name, a schema version, and a stable tag for every
sort of event; never the name of a class. What is read is held against the process
event by event, so damaged or unknown input gives one typed error, which says where,
and never a case that is partly right. Events are counted from 0.
"""

from __future__ import annotations

import json
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import Any, Final, TypeVar, get_args

import attrs
import cattrs
from cattrs.errors import (
    AttributeValidationNote,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn

from ._domain import checks
from ._domain.case import Case, Event
from ._domain.events import TAGS, Detail
from ._domain.money import Money
from ._domain.move import RECORD, REPORT, Move
from ._domain.reason import Fact, Facts
from .errors import RecoveryError, StoredFormatError
from .process import FIVE_STEPS, Process, replay

__all__ = ["SCHEMA_VERSION", "from_json", "to_json"]

FORMAT: Final = "recovery_core/case"
SCHEMA_VERSION: Final = 1
"""Version of the stored form; it rises when old readers could not read the new."""

# What is stored may be forged: these bound the time it takes to find out.
_LONGEST: Final = 2_000_000  # characters; a case of a thousand events has some 500,000
_SHARES: Final = 20_000  # characters; adding fractions up takes the square of that

_NAMED: Final = 5  # faults, keys: enough to find the place
_BYTES: Final = 4  # of UTF-8 in a character, at most

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)
_Shares = tuple[tuple[str, Fraction], ...]


def to_json(case: Case) -> str:
    """Write a case as JSON text.

    Args:
        case: The case.

    Returns:
        Canonical text, the same for the same case: sorted keys, no white space,
        moments in UTC. It encodes as UTF-8; half a character, as cut texts end
        with, is escaped.

    Raises:
        StoredFormatError: The case holds what could not be read back: a number of
            thousands of digits, two halves of one character side by side, or more
            than two million characters in all.
    """
    body = {
        "format": FORMAT,
        "version": SCHEMA_VERSION,
        "process": case.process,
        "events": [_event_out(event) for event in case.events],
    }
    try:
        text = json.dumps(
            body, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
    except ValueError as error:
        raise StoredFormatError(f"the case cannot be written: {error}") from error
    if _TORN.search(text):
        raise StoredFormatError(
            "the case cannot be written: a text holds the two halves of one character "
            "as two; decode it from UTF-16 first"
        )
    _check_length(text)
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def from_json(text: str | bytes, process: Process = FIVE_STEPS) -> Case:
    """Read a case back from JSON text.

    Args:
        text: What `to_json` wrote.
        process: The process the case follows.

    Returns:
        The identical case.

    Raises:
        StoredFormatError: The text is damaged, of an unknown version or tag, or
            tells of events that could not have happened. The message names the
            event, counted from 0, and the field.
    """
    keys = ("format", "version", "process", "events")
    body = _object(_parsed(text), "a stored case", *keys)
    _check_envelope(body, process)
    rows = body["events"]
    if not isinstance(rows, list):
        raise StoredFormatError(f"events: expected a list, got {_shown(rows)}")
    events: list[Event] = []
    for position, row in enumerate(rows):
        state = events[-1].state if events else ""
        events.append(_event_in(row, f"event {position}", state, process))
    return replay(events, process)


def _check_envelope(body: Mapping[str, object], process: Process) -> None:
    if body["format"] != FORMAT:
        raise StoredFormatError(f"format {_shown(body['format'])} is not {FORMAT!r}")
    version = body["version"]
    if type(version) is not int or version != SCHEMA_VERSION:
        raise StoredFormatError(
            f"schema version {_shown(version)} is not {SCHEMA_VERSION}: read it with "
            "the release that wrote it, or a newer one"
        )
    if body["process"] != process.hash:
        raise StoredFormatError(
            f"the case follows process {_shown(body['process'])}, not {process.name} "
            f"({process.hash}); pass process="
        )


# ------------------------------------------------------------------- events

_TAG_OF: Final = {kind: tag for tag, kind in TAGS.items()}


def _event_out(event: Event) -> dict[str, object]:
    return {
        "at": _moment_out(event.at),
        "by": event.by,
        "trigger": event.trigger,
        "to": event.state,
        "type": _TAG_OF[type(event.detail)],
        "detail": _CONVERTER.unstructure(event.detail),
    }


def _event_in(row: object, where: str, state: str, process: Process) -> Event:
    fields = _object(row, where, "at", "by", "trigger", "to", "type", "detail")
    tag = _text(fields["type"], f"{where}: type")
    kind = TAGS.get(tag)
    if kind is None:
        raise StoredFormatError(
            f"{where}: type: {_shown(tag)} is unknown (known: {', '.join(TAGS)})"
        )
    trigger = _text(fields["trigger"], f"{where}: trigger")
    move = _move(process, state, trigger)
    if move is None or move.target != fields["to"]:
        raise StoredFormatError(
            f"{where}: trigger {_shown(trigger)} does not lead from {state!r} to "
            f"{_shown(fields['to'])}"
        )
    at: datetime = _read(fields["at"], datetime, f"{where}: at")
    detail: Detail = _read(fields["detail"], kind, f"{where}: detail")
    return Event(move, at, _text(fields["by"], f"{where}: by"), detail)


def _move(process: Process, state: str, trigger: str) -> Move | None:
    if trigger == REPORT:
        return process.opening if not state else None
    if trigger == RECORD:
        return process.stays.get(state)
    return process.moves.get(state, {}).get(trigger)


# ----------------------------------------------------- what is wrong, and where


def _read(value: object, kind: type[_T], where: str) -> _T:
    try:
        return _CONVERTER.structure(value, kind)
    except Exception as error:
        faults = "; ".join(islice(_faults(error, where), _NAMED))
        raise StoredFormatError(faults) from error


def _faults(error: BaseException, where: str) -> Iterator[str]:
    """Follow an error to the fields behind it, and say what is wrong with each."""
    # Notes are put on from the inside to the outside.
    where += "".join(map(_step, reversed(getattr(error, "__notes__", []))))
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _faults(inner, where)
    elif isinstance(error, ForbiddenExtraKeysError):
        yield f"{where}: unknown: {_names(error.extra_fields)}"
    elif isinstance(error, RecoveryError):
        yield f"{where}: {error!s:.200}"
    elif isinstance(error, KeyError):
        yield f"{where} is missing"
    else:
        yield f"{where}: {type(error).__name__}: {error!s:.200}"


def _step(note: str) -> str:
    if isinstance(note, AttributeValidationNote):
        return f".{note.name}"
    return f"[{_shown(note.index)}]" if isinstance(note, IterableValidationNote) else ""


def _member(value: object, kind: Any, index: str | int) -> Any:
    """Read one of many, and name it if it cannot be read."""
    try:
        return _CONVERTER.structure(value, kind)
    except Exception as error:
        error.add_note(IterableValidationNote("", index, kind))
        raise


def _wrong(expected: str, value: object) -> StoredFormatError:
    return StoredFormatError(f"expected {expected}, got {_shown(value)}")


def _shown(value: object) -> str:
    """Show what was found, however long it is and however deep."""
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object with {_names(value)}" if value else "an empty object"
    return f"{value!r:.60}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"{name!r:.60}" for name in sorted(names)[:_NAMED])


# ----------------------------------------------------------------- raw JSON

_HALF: Final = re.compile("[\ud800-\udfff]")
_TORN: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@attrs.frozen
class _Twice:
    """Stand for an object with one key twice: nothing takes it for a value."""

    key: str

    def __repr__(self) -> str:
        return f"an object with {self.key!r:.30} twice"


def _once(pairs: list[tuple[str, object]]) -> object:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
    return _Twice(key)


def _parsed(text: object) -> object:
    if not isinstance(text, str | bytes):
        raise _wrong("JSON as str or bytes", text)
    _check_length(text)
    try:
        # Left to itself, the parser would take UTF-16 and broken UTF-8 too.
        plain = text if isinstance(text, str) else text.decode()
        return json.loads(plain, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise StoredFormatError(f"not readable as JSON: {error}") from error


def _check_length(text: str | bytes) -> None:
    if len(text) > _LONGEST * (1 if isinstance(text, str) else _BYTES):
        raise StoredFormatError(
            f"longer than {_LONGEST} characters: keep elsewhere what takes so much, "
            "and put on record where"
        )


def _object(value: object, where: str, *keys: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise StoredFormatError(f"{where}: expected an object, got {_shown(value)}")
    if missing := set(keys) - set(value):
        raise StoredFormatError(f"{where}: missing: {_names(missing)}")
    if unknown := set(value) - set(keys):
        raise StoredFormatError(f"{where}: unknown: {_names(unknown)}")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise StoredFormatError(f"{where}: expected str, got {_shown(value)}")
    return value


# --------------------------------------------------------- values, strictly


def _only(kind: type[_T]) -> Callable[[object, object], _T]:
    """Take a value of exactly this type: no coercion, and no bool for an int."""

    def check(value: object, _: object) -> _T:
        if not isinstance(value, kind) or type(value) is not kind:
            raise _wrong(kind.__name__, value)
        return value

    return check


def _from_text(make: Callable[[str], _T], what: str) -> Callable[[object, object], _T]:
    """Take a text, and make of it what it stands for."""

    def read(value: object, _: object) -> _T:
        if isinstance(value, str):
            with suppress(ValueError):
                return make(value)
        raise _wrong(what, value)

    return read


def _span_in(value: object, _: object) -> timedelta:
    if type(value) is int:
        with suppress(OverflowError):
            return timedelta(microseconds=value)
    raise _wrong("whole microseconds", value)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _moment_out(at: datetime) -> str:
    try:
        return at.astimezone(UTC).isoformat()
    except OverflowError:  # the first and last hours of the calendar have no UTC
        return at.isoformat()


def _money_in(value: object, _: object) -> Money:
    fields = _object(value, "money", "currency", "minor")
    return Money.from_minor(fields["minor"], fields["currency"])


def _money_out(money: Money) -> dict[str, object]:
    return {"currency": money.currency, "minor": money.minor}


def _enum_in(value: object, kind: type[_E]) -> _E:
    by_name = issubclass(kind, IntEnum)
    members = {m.name if by_name else m.value: m for m in kind}
    if not isinstance(value, str) or value not in members:
        raise _wrong(f"{kind.__name__} ({', '.join(members)})", value)
    return members[value]


def _tuple_in(value: object, kind: Any) -> tuple[Any, ...]:
    """Read a list of any length, or one with as many members as the type names."""
    if not isinstance(value, list):
        raise _wrong("a list", value)
    kinds = get_args(kind)
    if kinds[-1] is ...:
        kinds = kinds[:1] * len(value)
    if len(kinds) != len(value):
        raise _wrong(f"a list of {len(kinds)}", value)
    members = enumerate(zip(value, kinds, strict=True))
    return tuple(_member(item, part, i) for i, (item, part) in members)


def _shares_in(value: object, kind: Any) -> _Shares:
    if isinstance(value, list):
        _check_shares(value)
    return _tuple_in(value, kind)


def _shares_out(shares: _Shares) -> list[list[str]]:
    pairs = [[party, str(share)] for party, share in shares]
    _check_shares(pairs)
    return pairs


def _check_shares(pairs: list[Any]) -> None:
    parts = (part for pair in pairs if isinstance(pair, list) for part in pair)
    if sum(len(part) for part in parts if isinstance(part, str)) > _SHARES:
        raise StoredFormatError(
            f"shares of more than {_SHARES} characters: round them before use"
        )


_FACTS: Final[Mapping[str, type[Any]]] = {
    "money": Money,
    "share": Fraction,
    "at": datetime,
    "on": date,
    "span": timedelta,
}
"""What a fact is when JSON has no such thing; a datetime is a date, so it is first."""


def _fact_out(value: Fact) -> object:
    if isinstance(value, bool | int | str):
        return value
    tag = next(tag for tag, kind in _FACTS.items() if isinstance(value, kind))
    return {tag: _CONVERTER.unstructure(value)}


def _fact_in(value: object, _: object) -> Any:
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((tag, inner),) = value.items()
        if tag in _FACTS:
            return _member(inner, _FACTS[tag], tag)
    raise _wrong(f"a fact (bool, int, str or one of {', '.join(_FACTS)})", value)


def _facts_in(value: object, _: object) -> Facts:
    if not isinstance(value, dict):
        raise _wrong("an object", value)
    return Facts({name: _member(item, Fact, name) for name, item in value.items()})


def _facts_out(facts: Facts) -> dict[str, object]:
    return {name: _fact_out(value) for name, value in facts.items()}


def _value_in(kind: type[Any], made: cattrs.Converter) -> Callable[[Any, Any], Any]:
    """Read a value from an object, told apart from all that merely looks like one."""
    read = make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True)

    def check(value: object, _: object) -> Any:
        if not isinstance(value, dict):
            raise _wrong("an object", value)
        return read(value, kind)

    return check


def _is_tuple(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) is tuple


def _register_in(made: cattrs.Converter) -> None:
    for plain in (str, int, bool):
        made.register_structure_hook(plain, _only(plain))
    made.register_structure_hook(Fraction, _from_text(checks.exact, "an exact share"))
    made.register_structure_hook(datetime, _from_text(_moment, "an aware datetime"))
    made.register_structure_hook(date, _from_text(date.fromisoformat, "a date"))
    made.register_structure_hook(timedelta, _span_in)
    made.register_structure_hook(Facts, _facts_in)
    made.register_structure_hook(IntEnum, _enum_in)
    made.register_structure_hook(StrEnum, _enum_in)
    # The newest is asked first.
    made.register_structure_hook_func(_is_tuple, _tuple_in)
    made.register_structure_hook_func(partial(operator.eq, _Shares), _shares_in)
    made.register_structure_hook_func(partial(operator.eq, Fact), _fact_in)
    made.register_structure_hook_factory(attrs.has, partial(_value_in, made=made))
    made.register_structure_hook(Money, _money_in)


def _register_out(made: cattrs.Converter) -> None:
    made.register_unstructure_hook(Fraction, str)
    made.register_unstructure_hook(datetime, _moment_out)
    made.register_unstructure_hook(date, date.isoformat)
    made.register_unstructure_hook(timedelta, lambda span: span // _MICROSECOND)
    made.register_unstructure_hook(Money, _money_out)
    made.register_unstructure_hook(Facts, _facts_out)
    made.register_unstructure_hook(IntEnum, lambda member: member.name)
    made.register_unstructure_hook(StrEnum, lambda member: member.value)
    made.register_unstructure_hook_func(partial(operator.eq, _Shares), _shares_out)


def _converter() -> cattrs.Converter:
    made = cattrs.Converter()
    _register_in(made)
    _register_out(made)
    return made


_MICROSECOND: Final = timedelta(microseconds=1)
_CONVERTER: Final = _converter()
