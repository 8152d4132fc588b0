"""One step of a process as its author writes it, and one edge as it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import attrs

from .._domain.move import RECORD, REPORT
from ..errors import InvalidProcessError
from .names import Side

__all__ = ["Edge", "Step"]

_TAKEN: Final = frozenset({RECORD, REPORT})
_WILDCARDS: Final = frozenset({"*", "="})


def to_plain_text(value: str) -> str:
    """Return a member of a text enum as plain text; the validator refuses the rest."""
    given: Any = value
    return str.__str__(given) if isinstance(given, str) else given


def to_plain_texts(value: Iterable[str] | str) -> tuple[str, ...]:
    """Return one name or several as a tuple of plain texts."""
    given: Any = value
    if isinstance(given, str) or not isinstance(given, Iterable):
        return (to_plain_text(given),)
    return tuple(to_plain_text(each) for each in value)


def check_name(value: object, role: str) -> None:
    """Refuse what is not one line of text, or is a wildcard or blank at either end.

    Raises:
        InvalidProcessError: It is something else.
    """
    if not isinstance(value, str) or not value or value != value.strip():
        raise InvalidProcessError(
            f"{value!r} cannot name a {role}: give text that neither is empty nor "
            "begins or ends with a blank"
        )
    if not value.isprintable() or value in _WILDCARDS:
        raise InvalidProcessError(
            f"{value!r} cannot name a {role}: give one printable line other than "
            "'*' and '='"
        )


def check_trigger(value: object) -> None:
    """Refuse a name that the case itself has use for.

    Raises:
        InvalidProcessError: It is no name, or ``"record"``, or ``"report"``.
    """
    check_name(value, "trigger")
    if value in _TAKEN:
        raise InvalidProcessError(
            f"{value!r} cannot name a trigger: every case opens with 'report' and "
            "keeps notes with 'record'; take another word"
        )


def _validate_trigger(_instance: object, _attribute: object, value: Any) -> None:
    check_trigger(value)


def _validate_state(_instance: object, _attribute: object, value: Any) -> None:
    check_name(value, "state")


def _validate_sources(
    instance: Step, _attribute: object, value: tuple[str, ...]
) -> None:
    if not value:
        raise InvalidProcessError(
            f"step {instance.trigger!r} starts nowhere: name its sources"
        )
    for source in value:
        check_name(source, "state")


def _validate_side(instance: Step | Edge, _attribute: object, value: Any) -> None:
    if value not in set(Side):
        raise InvalidProcessError(
            f"step {instance.trigger!r} cannot be taken by {value!r}: give one of "
            f"{', '.join(Side)}"
        )


def _validate_record_text(
    instance: Step | Edge, _attribute: object, value: Any
) -> None:
    if not isinstance(value, str):
        raise InvalidProcessError(
            f"step {instance.trigger!r} cannot carry {value!r}: describe it in text"
        )


def _validate_limit(instance: Step | Edge, _attribute: object, value: Any) -> None:
    if value is not None and (type(value) is not int or value < 1):
        raise InvalidProcessError(
            f"step {instance.trigger!r} cannot be limited to {value!r}: give an int "
            "of at least 1, or None for no limit"
        )


def _validate_begins_cycle(
    instance: Step | Edge, _attribute: object, value: Any
) -> None:
    if not isinstance(value, bool):
        raise InvalidProcessError(
            f"step {instance.trigger!r}: begins_cycle is True or False, not {value!r}"
        )
    if value and instance.limit is not None:
        raise InvalidProcessError(
            f"step {instance.trigger!r} begins a cycle, and limits count within one: "
            "leave out the limit or begins_cycle"
        )


@attrs.frozen
class Step:
    """One step of a process: what moves a case, from where to where, and whose it is.

    Args:
        trigger: The verb that asks for it.
        sources: The states it starts from; a single name will do.
        target: The state it reaches; None where the case stays as it is.
        who: Whose move it is.
        carries: What it puts on record, in words, for the table.
        limit: How often it may be taken in one cycle; None for ever.
        begins_cycle: Whether the steps start again: a double deviation.

    Raises:
        InvalidProcessError: A name that is none, nobody's move, a limit below
            one, or a limit on a step that begins a cycle.

    Example:
        >>> Step("offer", ("apologized", "contested"), "offered", limit=3).limit
        3
    """

    trigger: str = attrs.field(converter=to_plain_text, validator=_validate_trigger)
    sources: tuple[str, ...] = attrs.field(
        converter=to_plain_texts, validator=_validate_sources
    )
    target: str | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(to_plain_text),
        validator=attrs.validators.optional(_validate_state),
    )
    who: str = attrs.field(
        default=Side.EITHER,
        converter=to_plain_text,
        validator=_validate_side,
        kw_only=True,
    )
    carries: str = attrs.field(
        default="", validator=_validate_record_text, kw_only=True
    )
    limit: int | None = attrs.field(
        default=None, validator=_validate_limit, kw_only=True
    )
    begins_cycle: bool = attrs.field(
        default=False, validator=_validate_begins_cycle, kw_only=True
    )


@attrs.frozen(kw_only=True)
class Edge:
    """One way from one state to one other, as a compiled process holds it.

    Args:
        trigger: The verb that asks for it.
        source: The state it leaves.
        target: The state it reaches.
        who: Whose move it is.
        carries: What it puts on record, in words.
        limit: How often the trigger may be taken in one cycle; None for ever.
        begins_cycle: Whether the steps start again.

    Raises:
        InvalidProcessError: As for `Step`.
    """

    trigger: str = attrs.field(converter=to_plain_text, validator=_validate_trigger)
    source: str = attrs.field(converter=to_plain_text, validator=_validate_state)
    target: str = attrs.field(converter=to_plain_text, validator=_validate_state)
    who: str = attrs.field(
        default=Side.EITHER, converter=to_plain_text, validator=_validate_side
    )
    carries: str = attrs.field(default="", validator=_validate_record_text)
    limit: int | None = attrs.field(default=None, validator=_validate_limit)
    begins_cycle: bool = attrs.field(default=False, validator=_validate_begins_cycle)
