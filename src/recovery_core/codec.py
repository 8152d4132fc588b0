"""Cases as JSON: out without loss, in without trust.

What is written carries a format name, a schema version, and a stable tag for every
sort of event; never the name of a class. What is read is held against the process
event by event, so damaged or unknown input gives one typed error and never a case
that is partly right.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from functools import partial
from typing import Any, Final, TypeVar

import cattrs
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from ._domain.attribution import Attribution
from ._domain.case import Case, Event
from ._domain.events import TAGS
from ._domain.money import Money
from ._domain.move import RECORD, REPORT, Move
from ._domain.reason import Fact, Facts
from .errors import RecoveryError, StoredFormatError
from .process import FIVE_STEPS, Process, replay

__all__ = ["SCHEMA_VERSION", "from_json", "to_json"]

FORMAT: Final = "recovery_core/case"
SCHEMA_VERSION: Final = 1
"""Version of the stored form; it rises when old readers could not read the new."""

_LONGEST: Final = 10_000_000  # characters; a case of a thousand events has some 500,000

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)


def to_json(case: Case) -> str:
    """Write a case as JSON text.

    Args:
        case: The case.

    Returns:
        Canonical text: sorted keys, no white space; equal cases, equal texts.
    """
    body = {
        "format": FORMAT,
        "version": SCHEMA_VERSION,
        "process": case.process,
        "events": [_event_out(event) for event in case.events],
    }
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str | bytes, process: Process = FIVE_STEPS) -> Case:
    """Read a case back from JSON text.

    Args:
        text: What `to_json` wrote.
        process: The process the case follows.

    Returns:
        The identical case.

    Raises:
        StoredFormatError: The text is damaged, of an unknown version or tag, or
            tells of events that could not have happened.
    """
    body = _object(
        _parsed(text), "a stored case", "format", "version", "process", "events"
    )
    if body["format"] != FORMAT:
        raise StoredFormatError(f"format {body['format']!r} is not {FORMAT!r}")
    if type(body["version"]) is not int or body["version"] != SCHEMA_VERSION:
        raise StoredFormatError(
            f"schema version {body['version']!r} is not {SCHEMA_VERSION}: read it with "
            "the release that wrote it, or a newer one"
        )
    if body["process"] != process.hash:
        raise StoredFormatError(
            f"the case follows process {body['process']!r}, not {process.name} "
            f"({process.hash}); pass process="
        )
    rows = body["events"]
    if not isinstance(rows, list):
        raise StoredFormatError("events: expected a list")
    events: list[Event] = []
    for position, row in enumerate(rows):
        state = events[-1].state if events else ""
        events.append(_event_in(row, position, state, process))
    return replay(events, process)


# ------------------------------------------------------------------- events

_TAG_OF: Final = {kind: tag for tag, kind in TAGS.items()}


def _event_out(event: Event) -> dict[str, object]:
    return {
        "at": event.at.astimezone(UTC).isoformat(),
        "by": event.by,
        "trigger": event.trigger,
        "to": event.state,
        "type": _TAG_OF[type(event.detail)],
        "detail": _CONVERTER.unstructure(event.detail),
    }


def _event_in(row: object, position: int, state: str, process: Process) -> Event:
    where = f"event {position}"
    fields = _object(row, where, "at", "by", "trigger", "to", "type", "detail")
    kind = TAGS.get(_text(fields["type"], f"{where}: type"))
    if kind is None:
        raise StoredFormatError(f"{where}: unknown type {fields['type']!r}")
    trigger = _text(fields["trigger"], f"{where}: trigger")
    move = _move(process, state, trigger)
    if move is None or move.target != fields["to"]:
        raise StoredFormatError(
            f"{where}: {trigger!r} does not lead from {state!r} to {fields['to']!r}"
        )
    try:
        at = _CONVERTER.structure(fields["at"], datetime)
        detail = _CONVERTER.structure(fields["detail"], kind)
    except Exception as error:
        raise StoredFormatError(f"{where}: {_why(error)}") from error
    return Event(move, at, _text(fields["by"], f"{where}: by"), detail)


def _move(process: Process, state: str, trigger: str) -> Move | None:
    if trigger == REPORT:
        return process.opening if not state else None
    if trigger == RECORD:
        return process.stays.get(state)
    return process.moves.get(state, {}).get(trigger)


def _why(error: BaseException) -> str:
    """Name what is wrong in the innermost words there are."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_why(inner) for inner in error.exceptions)
    if isinstance(error, RecoveryError):
        return str(error)
    return f"{type(error).__name__}: {error}"


# -------------------------------------------------------------- raw JSON


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise StoredFormatError("a key stands twice in one object")
    return made


def _no_number(text: str) -> object:
    raise StoredFormatError(f"{text} is no whole number: nothing stored is a fraction")


def _parsed(text: str | bytes) -> object:
    if len(text) > _LONGEST:
        raise StoredFormatError(f"longer than {_LONGEST} characters: no stored case is")
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        raise StoredFormatError(f"not readable as JSON: {error}") from error


def _object(value: object, where: str, *keys: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise StoredFormatError(f"{where}: expected an object with {', '.join(keys)}")
    if set(value) != set(keys):
        odd = sorted(set(value) ^ set(keys))
        raise StoredFormatError(f"{where}: missing or unknown: {', '.join(odd)}")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise StoredFormatError(f"{where}: expected a text, got {value!r}")
    return value


# --------------------------------------------------------- values, strictly


def _only(kind: type[_T]) -> Callable[[object, object], _T]:
    """Take a value of exactly this type: no coercion, and no bool for an int."""

    def check(value: object, _: object) -> _T:
        if not isinstance(value, kind) or type(value) is not kind:
            raise StoredFormatError(f"expected {kind.__name__}, got {value!r}")
        return value

    return check


def _from_text(make: Callable[[str], _T], what: str) -> Callable[[object, object], _T]:
    """Take a text, and make of it what it stands for."""

    def read(value: object, _: object) -> _T:
        text = _text(value, what)
        try:
            return make(text)
        except (ValueError, ZeroDivisionError) as error:
            raise StoredFormatError(f"{text!r} is no {what}") from error

    return read


def _span_in(value: object, _: object) -> timedelta:
    if type(value) is not int:
        raise StoredFormatError(f"expected whole microseconds, got {value!r}")
    return timedelta(microseconds=value)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _money_in(value: object, _: object) -> Money:
    fields = _object(value, "money", "currency", "minor")
    return Money.from_minor(fields["minor"], _text(fields["currency"], "currency"))


def _money_out(money: Money) -> dict[str, object]:
    return {"currency": money.currency, "minor": money.minor}


def _enum_in(value: object, kind: type[_E]) -> _E:
    by_name = issubclass(kind, IntEnum)
    members = {m.name if by_name else m.value: m for m in kind}
    if not isinstance(value, str) or value not in members:
        known = ", ".join(sorted(members))
        raise StoredFormatError(f"unknown {kind.__name__} {value!r} (known: {known})")
    return members[value]


def _tuple_in(value: object, kind: Any) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise StoredFormatError(f"expected a list, got {value!r}")
    member = kind.__args__[0]
    return tuple(_CONVERTER.structure(item, member) for item in value)


_FACT_TAGS: Final[Mapping[str, type[Any]]] = {
    "money": Money,
    "share": Fraction,
    "at": datetime,
    "on": date,
    "span": timedelta,
}


def _fact_out(value: Fact) -> object:
    for tag, kind in _FACT_TAGS.items():
        if type(value) is kind:
            return {tag: _CONVERTER.unstructure(value)}
    return value


def _fact_in(value: object) -> Fact:
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((tag, inner),) = value.items()
        if tag in _FACT_TAGS:
            fact: Fact = _CONVERTER.structure(inner, _FACT_TAGS[tag])
            return fact
    raise StoredFormatError(f"expected a fact, got {value!r}")


def _facts_in(value: object, _: object) -> Facts:
    if not isinstance(value, dict):
        raise StoredFormatError(f"facts: expected an object, got {value!r}")
    return Facts({name: _fact_in(item) for name, item in value.items()})


def _facts_out(facts: Facts) -> dict[str, object]:
    return {name: _fact_out(value) for name, value in facts.items()}


def _shares_in(value: object, _: object) -> tuple[tuple[str, Fraction], ...]:
    if not isinstance(value, dict):
        raise StoredFormatError(f"shares: expected an object, got {value!r}")
    shares = ((name, _CONVERTER.structure(s, Fraction)) for name, s in value.items())
    return tuple(shares)


def _is_tuple(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) is tuple


def _converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True)
    for plain in (str, int, bool):
        made.register_structure_hook_func(partial(operator.is_, plain), _only(plain))
    made.register_structure_hook(Fraction, _from_text(Fraction, "exact share"))
    made.register_structure_hook(datetime, _from_text(_moment, "aware datetime"))
    made.register_structure_hook(date, _from_text(date.fromisoformat, "date"))
    made.register_structure_hook(timedelta, _span_in)
    made.register_structure_hook(Money, _money_in)
    made.register_structure_hook(Facts, _facts_in)
    made.register_structure_hook_func(_is_tuple, _tuple_in)
    made.register_structure_hook(IntEnum, _enum_in)
    made.register_structure_hook(StrEnum, _enum_in)
    made.register_unstructure_hook(Fraction, str)
    made.register_unstructure_hook(datetime, lambda at: at.astimezone(UTC).isoformat())
    made.register_unstructure_hook(date, date.isoformat)
    made.register_unstructure_hook(timedelta, lambda span: span // _MICROSECOND)
    made.register_unstructure_hook(Money, _money_out)
    made.register_unstructure_hook(Facts, _facts_out)
    made.register_unstructure_hook(IntEnum, lambda member: member.name)
    made.register_unstructure_hook(StrEnum, lambda member: member.value)
    made.register_structure_hook(
        Attribution,
        make_dict_structure_fn(
            Attribution,
            made,
            _cattrs_forbid_extra_keys=True,
            shares=override(struct_hook=_shares_in),
        ),
    )
    made.register_unstructure_hook(
        Attribution,
        make_dict_unstructure_fn(
            Attribution,
            made,
            shares=override(unstruct_hook=lambda pairs: {p: str(s) for p, s in pairs}),
        ),
    )
    return made


_MICROSECOND: Final = timedelta(microseconds=1)
_CONVERTER: Final = _converter()
