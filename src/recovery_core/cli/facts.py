"""Facts as people type them: one claim by name and value, many of them as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, assert_never, cast

from .._domain.literals import parse_iso_day, parse_whole_number_or_none
from .._domain.money import Money, money_on_record, parse_money_on_record
from .._domain.plain import as_dict, parse_json
from ..errors import InvalidValueError, StoredFormatError
from ..tables import Column, When
from ..tables.domains import Choices, Days, Flags, Integers, Plain, Sums
from .sources import NotFoundError, text_of

__all__ = ["condition", "describe", "facts", "value"]

_FLAGS: Final = {
    "true": True,
    "yes": True,
    "1": True,
    "false": False,
    "no": False,
    "0": False,
}
# A whole number stays one where a database wrote its decimals: 176.00.
_WITH_DECIMALS: Final = re.compile(r"([+-]?[0-9]+)\.0*")
_ASKED: Final = re.compile(r"([^<>=!]+)(<=|>=|=)(.*)", re.DOTALL)

# What an award tells beside the values it read: no fact, and no harm.
_TOLD_TOO: Final = frozenset(("policy",))


def value(column: Column, text: str, *, is_minor: bool = False) -> Plain:
    """Read one value as people type it: ``75``, ``yes``, ``gold``, ``42.00``.

    Args:
        column: What it is a value of.
        text: The value; nothing at all where it is missing.
        is_minor: Whether bare whole numbers of money are minor units. If not, a sum
            says what it is: by its decimals, or by its currency.

    Raises:
        InvalidValueError: The column cannot hold it; says what fits.
    """
    text = text.strip()
    if not text and column.is_optional:
        return None
    return column.to_plain(_parse_value(column, text, is_minor=is_minor))


def _parse_value(column: Column, text: str, *, is_minor: bool) -> object:
    """Read a text as a value of the sort that the column holds."""
    found: object = None
    if isinstance(column.domain, Sums) and text:
        return _parse_sum(column, column.domain, text, is_minor=is_minor)
    whole = _WITH_DECIMALS.fullmatch(text)
    match column.domain:
        case Integers():
            found = parse_whole_number_or_none(whole[1] if whole else text)
        case Flags():
            found = _FLAGS.get(whole[1] if whole else text.lower())
        case Days():
            with suppress(InvalidValueError):
                found = parse_iso_day(text)
        case Choices():
            found = text or None
        case Sums():  # an empty text is no sum; any other was parsed above
            pass
        case never:
            assert_never(never)
    if found is None:
        told = f"cannot be {text!r:.60}" if text else "is empty"
        raise InvalidValueError(f"column {column.name!r} {told}: {_how_typed(column)}")
    return found


def describe(column: Column) -> str:
    """Return which values a column holds, as people type them."""
    return "yes or no" if isinstance(column.domain, Flags) else str(column.domain)


def _how_typed(column: Column) -> str:
    """Return how a value of a column is typed."""
    domain, text = column.domain, f"give {column.domain}"
    if isinstance(domain, Flags):
        text = "write yes or no, true or false, 1 or 0"
    elif isinstance(domain, Days):
        text = f"write a day as 2025-01-22; it holds {domain}"
    elif isinstance(domain, Integers):
        text = f"give {domain}, in plain digits"
    return text


def _parse_sum(column: Column, domain: Sums, text: str, *, is_minor: bool) -> object:
    """Read a sum of money that says its unit."""
    number = parse_whole_number_or_none(text)
    if is_minor and " " not in text:
        if number is None:
            raise InvalidValueError(
                f"column {column.name!r} cannot be {text!r:.60} in minor units: give a "
                f"whole number of them, or leave out --minor; it holds {domain}"
            )
        return number
    decimals = Money.zero(domain.currency).exponent
    if decimals and number is not None:
        raise InvalidValueError(
            f"column {column.name!r} cannot be {text!r:.60}, which may be in major or "
            f"minor units: write {number}.{'0' * decimals} or "
            f'"{domain.currency} {number}"; a .csv of minor units is read with '
            f"--minor; it holds {domain}"
        )
    try:
        if " " in text:
            return parse_money_on_record(text)
        return money_on_record(text, domain.currency)
    except InvalidValueError as error:
        raise InvalidValueError(
            f"column {column.name!r} cannot be {text!r:.60}: {error}; it holds {domain}"
        ) from None


def facts(
    columns: Iterable[Column],
    given: list[str],
    file: str | None,
    *,
    computed: Iterable[Column] = (),
) -> dict[str, Any]:
    """Read the facts of one claim from ``name=value`` and a JSON object.

    Args:
        columns: What can be known.
        given: Pairs from the command line; they go before the file.
        file: A JSON object; what is computed may stand in it, as it does in what
            explained a claim.
        computed: What is computed: it is only held against what is known.

    Raises:
        NotFoundError: There is no such file, or a word is no fact.
        InvalidValueError: A name or a value does not fit; says what does.
    """
    known = {column.name: column for column in columns}
    worked_out = {
        column.name: column for column in computed if column.name not in known
    }
    texts: dict[str, Any] = {} if file is None else _read_object(file)
    texts = {n: t for n, t in texts.items() if n in known or n not in _TOLD_TOO}
    texts |= _parse_pairs(given)
    for name in texts:
        if name not in known and name not in worked_out:
            raise NotFoundError(
                f"no {name!r} is read here, but {', '.join(known) or 'nothing'}"
            )
    read = {n: _parse_fact(known[n], text) for n, text in texts.items() if n in known}
    for name, text in texts.items():
        if name in worked_out:
            _check_agreement(worked_out[name], text, read)
    return read


def _parse_pairs(given: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for pair in given:
        name, sign, text = pair.partition("=")
        name = name.strip()
        if not sign:
            raise NotFoundError(f"{pair!r} is no fact: write name=value")
        if name in texts:
            raise NotFoundError(f"{name!r} is given twice: give it once")
        texts[name] = text
    return texts


def _read_object(file: str) -> dict[str, Any]:
    """Read a JSON object; a key that stands twice is no object."""
    try:
        return as_dict(parse_json(text_of(file)))
    except StoredFormatError as error:
        raise InvalidValueError(
            f"{file!r} holds no JSON object of facts: {error}"
        ) from error


def _parse_fact(column: Column, given: object) -> object:
    if isinstance(given, str):
        plain = value(column, given)
        return None if plain is None else column.fact(column.code(plain))
    # A bare number of money could be either unit: it has to be written as a text.
    if isinstance(column.domain, Sums) and given is not None:
        shown = Money.from_minor(column.domain.least, column.domain.currency)
        raise InvalidValueError(
            f'write {column.name!r} as a text with its currency, such as "{shown}"'
        )
    return given


def _check_agreement(column: Column, given: object, read: Mapping[str, Any]) -> None:
    """Refuse a computed value that is another than what is computed."""
    if any(i.name not in read and not i.is_optional for i in column.inputs):
        return  # which one is missing is told later
    came = column.compute(*(i.to_plain(read.get(i.name)) for i in column.inputs))
    if column.to_plain(_parse_fact(column, given)) != came:
        raise InvalidValueError(
            f"{column.name!r} is computed, and comes to "
            f"{column.text_of(column.code(came))}, not {given!r:.60}: leave it out, or "
            f"mend {', '.join(i.name for i in column.inputs)}"
        )


def condition(columns: Mapping[str, Column], text: str) -> When:
    """Read a condition: ``name=value``, ``name>=value`` or ``name<=value``.

    Args:
        columns: What it may be about, by name.
        text: Several are joined by commas, and all of them must hold.

    Raises:
        NotFoundError: It is no condition, or about nothing that is read.
        InvalidValueError: The column cannot hold the value; says what fits.
    """
    whole: When | None = None
    for part in text.split(","):
        cell = _parse_condition(columns, part)
        whole = cell if whole is None else whole & cell
    return cast("When", whole)


def _parse_condition(columns: Mapping[str, Column], part: str) -> When:
    found = _ASKED.fullmatch(part)
    if found is None:
        raise NotFoundError(
            f"{part!r} is no condition: write name=value, name>=value or name<=value, "
            "and commas between several that all hold"
        )
    name, sign, text = found[1].strip(), found[2], found[3]
    if name not in columns:
        raise NotFoundError(f"no {name!r} is read here, but {', '.join(columns)}")
    column = columns[name]
    plain = value(column, text)
    if plain is None:
        if sign != "=":
            raise NotFoundError(f"{part!r} has no value: write {name}{sign}value")
        return column.is_missing
    fact: Any = column.fact(column.code(plain))
    made: When = {"=": column.__eq__, ">=": column.__ge__, "<=": column.__le__}[sign](
        fact
    )
    return made
