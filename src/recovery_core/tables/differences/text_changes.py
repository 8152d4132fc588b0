"""What two tables say differently, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

import attrs

from ..._readable import readable
from .. import wording
from ..column import Column
from ..column_type import is_one_function
from ..rules import Rule
from ..table import Table

__all__ = ["Change", "changes"]


@attrs.frozen
class Change:
    """One thing that is written otherwise.

    Args:
        part: What it is about, such as ``rule half``.
        how: ``added``, ``removed``, ``moved``, or what of it changed: ``condition``,
            ``gives``, ``reason`` and so on.
        old: What it said; empty where it was not there.
        new: What it says now; empty where it is gone.
    """

    part: str
    how: str
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        said = " -> ".join(filter(None, (self.old, self.new)))
        return readable(f"{self.part}: {self.how}{f': {said}' if said else ''}")


def changes(old: Table, new: Table) -> Iterator[Change]:
    """Walk everything that is written otherwise in the new table."""
    yield from _heads(old, new)
    yield from _columns(_by_name(old), _by_name(new))
    yield from _rules(_sections(old), _sections(new))


def _heads(old: Table, new: Table) -> Iterator[Change]:
    for how, before, after in (
        ("name", old.name, new.name),
        ("hit policy", str(old.hit), str(new.hit)),
        ("source", old.source or "none", new.source or "none"),
        ("by law", _yes(old.is_statutory), _yes(new.is_statutory)),
        ("currency", old.currency or "none", new.currency or "none"),
    ):
        if before != after:
            yield Change("table", how, before, after)


def _yes(is_so: bool) -> str:  # noqa: FBT001 - it is the thing that is written
    return "yes" if is_so else "no"


def _by_name(table: Table) -> dict[str, Column]:
    return {column.name: column for column in (*table.columns, *table.inputs)}


def _columns(old: Mapping[str, Column], new: Mapping[str, Column]) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        part = f"column {name}"
        if name not in new:
            yield Change(part, "removed", wording.of_column(old[name]))
        elif name not in old:
            yield Change(part, "added", "", wording.of_column(new[name]))
        elif not old[name].is_same(new[name]):
            before, after = wording.of_column(old[name]), wording.of_column(new[name])
            if before != after:
                yield Change(part, "holds", before, after)
            if not _are_alike(old[name], new[name]):
                yield Change(part, "is read or computed by another function")


def _are_alike(one: Column, other: Column) -> bool:
    """Return whether two columns are read and computed alike."""
    return all(map(is_one_function, one.functions, other.functions))


_Sections = Mapping[str, tuple[str, Rule]]


def _sections(table: Table) -> _Sections:
    """List every rule by code, with the part of the table it stands in."""
    found = {rule.code: ("exclusion", rule) for rule in table.exclusions}
    found |= {rule.code: ("rule", rule) for rule in table.rules}
    if table.otherwise is not None:
        found[table.otherwise.code] = ("otherwise", table.otherwise)
    return found


def _rules(old: _Sections, new: _Sections) -> Iterator[Change]:
    both = [code for code in old if code in new], [code for code in new if code in old]
    moved = _moved(*both)
    for code in dict.fromkeys((*old, *new)):
        section, rule = new[code] if code in new else old[code]
        part = "otherwise" if section == "otherwise" else f"{section} {code}"
        if code not in new:
            yield Change(part, "removed", _row(rule))
        elif code not in old:
            yield Change(part, "added", "", _row(rule))
        else:
            before, was = old[code]
            if before != section:
                yield Change(part, "became", before, section)
            elif code in moved:
                yield Change(part, "moved", *(_place(code, codes) for codes in both))
            yield from _edited(part, was, rule)


def _place(code: str, codes: Sequence[str]) -> str:
    place = codes.index(code)
    return f"after {codes[place - 1]}" if place else "first"


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Name the rules whose move explains the new order of the same rules."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {before[b.a + i] for b in blocks for i in range(b.size)}
    return set(before) - stayed


def _edited(part: str, old: Rule, new: Rule) -> Iterator[Change]:
    for how, before, after in (
        ("condition", wording.condition(old.when), wording.condition(new.when)),
        ("gives", wording.gifts(old), wording.gifts(new)),
        ("reason", old.because or "none", new.because or "none"),
    ):
        if before != after:
            yield Change(part, how, before, after)


def _row(rule: Rule) -> str:
    reason = f" ({rule.because})" if rule.because else ""
    return f"{wording.condition(rule.when)}: {wording.gifts(rule)}{reason}"
