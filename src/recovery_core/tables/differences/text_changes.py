"""What two tables say differently, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

import attrs

from ..._readable import readable
from .. import wording
from ..column import Column
from ..column_type import are_same_function
from ..rules import Rule
from ..table import Table

__all__ = ["Change", "iter_changes"]


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
        texts = " -> ".join(filter(None, (self.old, self.new)))
        return readable(f"{self.part}: {self.how}{f': {texts}' if texts else ''}")


def iter_changes(old: Table, new: Table) -> Iterator[Change]:
    """Walk everything that is written otherwise in the new table."""
    yield from _iter_table_changes(old, new)
    yield from _iter_column_changes(_columns_by_name(old), _columns_by_name(new))
    yield from _iter_rule_changes(
        _section_and_rule_by_code(old), _section_and_rule_by_code(new)
    )


def _iter_table_changes(old: Table, new: Table) -> Iterator[Change]:
    for how, before, after in (
        ("name", old.name, new.name),
        ("hit policy", str(old.hit), str(new.hit)),
        ("source", old.source or "none", new.source or "none"),
        ("by law", _yes_or_no(old.is_statutory), _yes_or_no(new.is_statutory)),
        ("currency", old.currency or "none", new.currency or "none"),
    ):
        if before != after:
            yield Change("table", how, before, after)


def _yes_or_no(is_so: bool) -> str:  # noqa: FBT001 - it is the thing that is written
    return "yes" if is_so else "no"


def _columns_by_name(table: Table) -> dict[str, Column]:
    return {column.name: column for column in (*table.columns, *table.inputs)}


def _iter_column_changes(
    old: Mapping[str, Column], new: Mapping[str, Column]
) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        part = f"column {name}"
        if name not in new:
            yield Change(part, "removed", wording.format_column_domain(old[name]))
        elif name not in old:
            yield Change(part, "added", "", wording.format_column_domain(new[name]))
        elif not old[name].is_same(new[name]):
            before, after = (
                wording.format_column_domain(old[name]),
                wording.format_column_domain(new[name]),
            )
            if before != after:
                yield Change(part, "holds", before, after)
            if not _have_same_functions(old[name], new[name]):
                yield Change(part, "is read or computed by another function")


def _have_same_functions(old: Column, new: Column) -> bool:
    """Return whether two columns are read and computed alike."""
    return all(map(are_same_function, old.functions, new.functions))


_RulesByCode = Mapping[str, tuple[str, Rule]]


def _section_and_rule_by_code(table: Table) -> _RulesByCode:
    """List every rule by code, with the part of the table it stands in."""
    by_code = {rule.code: ("exclusion", rule) for rule in table.exclusions}
    by_code |= {rule.code: ("rule", rule) for rule in table.rules}
    if table.otherwise is not None:
        by_code[table.otherwise.code] = ("otherwise", table.otherwise)
    return by_code


def _iter_rule_changes(old: _RulesByCode, new: _RulesByCode) -> Iterator[Change]:
    # Rules that were added or removed move no other.
    codes_in_both = (
        [code for code in old if code in new],
        [code for code in new if code in old],
    )
    moved_codes = _collect_moved_codes(*codes_in_both)
    for code in dict.fromkeys((*old, *new)):
        section, rule = new[code] if code in new else old[code]
        part = "otherwise" if section == "otherwise" else f"{section} {code}"
        if code not in new:
            yield Change(part, "removed", _describe_rule(rule))
        elif code not in old:
            yield Change(part, "added", "", _describe_rule(rule))
        else:
            old_section, old_rule = old[code]
            if old_section != section:
                yield Change(part, "became", old_section, section)
            elif code in moved_codes:
                yield Change(
                    part,
                    "moved",
                    *(_describe_position(code, codes) for codes in codes_in_both),
                )
            yield from _iter_edits_of_rule(part, old_rule, rule)


def _describe_position(code: str, codes: Sequence[str]) -> str:
    """Return behind which other rule one stands."""
    position = codes.index(code)
    return f"after {codes[position - 1]}" if position else "first"


def _collect_moved_codes(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Name the rules whose move explains the new order of the same rules."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    # What lies in a longest common run of both orders stayed where it was.
    stayed = {before[b.a + i] for b in blocks for i in range(b.size)}
    return set(before) - stayed


def _iter_edits_of_rule(part: str, old: Rule, new: Rule) -> Iterator[Change]:
    for how, before, after in (
        (
            "condition",
            wording.format_condition(old.when),
            wording.format_condition(new.when),
        ),
        ("gives", wording.format_gifts(old), wording.format_gifts(new)),
        ("reason", old.because or "none", new.because or "none"),
    ):
        if before != after:
            yield Change(part, how, before, after)


def _describe_rule(rule: Rule) -> str:
    reason = f" ({rule.because})" if rule.because else ""
    return (
        f"{wording.format_condition(rule.when)}: {wording.format_gifts(rule)}{reason}"
    )
