"""What a table forgets, says twice or never says: one question at a time.

Each question is whether some claim meets one set of rules and none of another. No way
is known to answer that without a search, so it is searched: a rule that can be missed
in one column alone must be missed there, and where no rule is left of which that is
so, one is tried both ways. Sets of rules are the bits of one number, so that a step
takes all rules at once. Steps are counted: the work is bounded, whatever the rules are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import combinations
from math import prod
from typing import Final, TypeAlias

import attrs

from .column import Column
from .conditions import When
from .rule_sets import (
    Mask,
    StepBudget,
    TooManyStepsError,
    cells_by_column,
    members_of_mask,
    split_by_cells,
)
from .spans import Span

__all__ = ["Coverage"]

Level: TypeAlias = list[tuple[int, Mask]]
"""The pieces of one column, lowest first: the first code, and the rules it meets."""

Node: TypeAlias = list[tuple[Level, Mask, Mask]]
"""What is left of every column, with the rules that some piece meets, or every."""

Spans: TypeAlias = dict[str, tuple[Span, ...]]
"""What a rule accepts of the columns that it names."""

Codes: TypeAlias = Mapping[str, int]
"""A claim: the code of every column by its name."""

_CHEAP: Final = 16  # pieces that are passed over within one step
_LONG: Final = 2048  # rules that are put to a piece within one step


@attrs.frozen(eq=False)
class Coverage:
    """Answer questions about conditions over columns.

    Args:
        columns: Every column that a condition names.
        conditions: Those of the rules, in order.
        steps: How much work all answers together may be.
    """

    columns: Sequence[Column]
    conditions: Sequence[When | None]
    steps: StepBudget

    def _spend(self, steps: int) -> None:
        """Spend steps, larger ones where a set of rules is a very long number."""
        self.steps.spend(steps * (1 + len(self.conditions) // _LONG))

    @cached_property
    def _pieces(self) -> list[Level]:
        """Every column, cut where some rule cuts it."""
        found: list[Level] = []
        cells = cells_by_column(self.conditions)
        for column in self.columns:
            own = cells.get(column.name, [])
            # Before they are made, for each takes memory for all rules.
            self._spend(sum(len(spans) for _, spans in own))
            cut = split_by_cells(column, own, len(self.conditions))
            found.append([(first, mask) for (first, _), mask in cut])
        return found

    @cached_property
    def _pieces_of(self) -> dict[str, Level]:
        """The pieces of each column, by its name."""
        names = (column.name for column in self.columns)
        return dict(zip(names, self._pieces, strict=True))

    @cached_property
    def _levels(self) -> list[Level]:
        """The same; of the pieces that no rule tells apart, the lowest alone."""
        return [_merged(pieces, -1) for pieces in self._pieces]

    @cached_property
    def _spans(self) -> list[Spans]:
        """What each rule accepts, by the name of the column."""
        cells = ((() if when is None else when.cells) for when in self.conditions)
        return [{cell.column.name: cell.spans for cell in each} for each in cells]

    # ---------------------------------------------------------- two rules at a time

    @cached_property
    def _near(self) -> list[Mask]:
        """The rules that can hold together with each rule, itself among them."""
        return [self._near_to(own) for own in self._spans]

    def _near_to(self, own: Mapping[str, Iterable[Span]]) -> Mask:
        near = (1 << len(self.conditions)) - 1
        for name, spans in own.items():
            pieces, met = self._pieces_of[name], 0
            for low, high in spans:
                # A tuple of one sorts before all that begin with the same code.
                first, end = (bisect_left(pieces, (c,)) for c in (low, high + 1))
                self._spend(1 + (end - first) // _CHEAP)
                for _, mask in pieces[first:end]:
                    met |= mask
            near &= met
        return near

    def overlaps(
        self, rules: range, outside: Mask
    ) -> Iterator[tuple[tuple[int, int], Codes]]:
        """Walk the pairs of rules that hold together, by the lowest claim of each.

        Args:
            rules: The rules, by number.
            outside: Rules that must not hold.
        """
        held = (1 << rules.stop) - (1 << rules.start)
        if not self._has_pair(held):
            return
        told: set[tuple[int, int]] = set()
        if not outside:
            # The lowest of all is told without a look at the others.
            codes, held = self._lowest_pair(held)
            for pair in combinations(members_of_mask(held), 2):
                told.add(pair)
                yield pair, codes
        found = [each for each in self._pairs(rules, outside) if each[1] not in told]
        for _, pair, codes in sorted(found, key=lambda each: each[:2]):
            yield pair, codes

    def _pairs(
        self, rules: range, outside: Mask
    ) -> Iterator[tuple[list[int], tuple[int, int], Codes]]:
        """Walk the pairs with the lowest claim of each, until all steps are taken."""
        is_known = False
        try:
            for one in rules:
                later = self._near[one] & ((1 << rules.stop) - (2 << one))
                for other in members_of_mask(later):
                    codes = self.claim((one, other), outside)
                    if codes is not None:
                        is_known = True
                        yield [*codes.values()], (one, other), codes
        except TooManyStepsError:
            # One that is known is enough to refuse a table.
            if not is_known:
                raise

    def _has_pair(self, held: Mask) -> bool:
        """Return whether two of some rules can hold together."""
        self._spend(1 + held.bit_count() // _CHEAP)
        return any(
            self._near[rule] & held & ~(1 << rule) for rule in members_of_mask(held)
        )

    def _lowest_pair(self, held: Mask) -> tuple[Codes, Mask]:
        """Find the lowest claim at which two rules hold, and all that hold there."""
        codes: dict[str, int] = {}
        for column, level in zip(self.columns, self._levels, strict=True):
            first, mask = next(p for p in level if self._has_pair(held & p[1]))
            codes[column.name] = first
            held &= mask
        return codes, held

    # --------------------------------------------------------------- all rules at once

    def gap(self) -> Codes | None:
        """Find the lowest claim that meets no rule; None where there is none."""
        if all(near == 1 << place for place, near in enumerate(self._near)):
            # No two hold together, so what they hold can be added up.
            whole: Spans = {column.name: (column.span,) for column in self.columns}
            if sum(_size(whole | own) for own in self._spans) == _size(whole):
                return None
        return self.claim((), (1 << len(self.conditions)) - 1)

    def speaks(self, rule: int, outside: Mask) -> bool:
        """Return whether some claim meets a rule and none of others.

        Args:
            rule: The rule, by number.
            outside: The others.
        """
        if not outside or any(not self._met(rule, end) & outside for end in (0, -1)):
            return True
        return (
            self._opening(self._restricted_node((rule,), outside), outside) is not None
        )

    def _met(self, rule: int, end: int) -> Mask:
        """Return the rules that hold at the first or last claim that one accepts."""
        met, own = -1, self._spans[rule]
        self._spend(len(self.columns))
        for column, pieces in zip(self.columns, self._pieces, strict=True):
            code = own.get(column.name, (column.span,))[end][end]
            met &= pieces[bisect_right(pieces, code, key=_first) - 1][1]
        return met

    def claim(self, inside: Iterable[int], outside: Mask) -> Codes | None:
        """Find the lowest claim that meets some rules and none of others.

        The lowest by the first column, then by the next; any where it would take
        too long to tell.

        Args:
            inside: The rules that hold, by number; such as can hold together.
            outside: The rules that do not.

        Returns:
            The claim; None where there is none.
        """
        asked = self._restricted_node(inside, outside)
        found = self._opening(asked, outside)
        if found is None:
            return None
        with suppress(TooManyStepsError):
            found = self._lowest(asked, outside)
        codes = (level[0][0] for level, _, _ in found)
        return dict(zip((c.name for c in self.columns), codes, strict=True))

    def heavier(self, weights: Sequence[int], limit: int) -> Iterator[Mask]:
        """Walk sets of rules that hold together and weigh more than a limit.

        Args:
            weights: What each rule weighs, from nothing up.
            limit: What a set must exceed.
        """
        waiting, seen = [(0, (1 << len(self.conditions)) - 1)], set[tuple[int, Mask]]()
        while waiting:
            depth, mask = waiting.pop()
            if self._heaviest(weights, mask, depth) <= limit:
                continue
            if depth == len(self._levels):
                yield mask
                continue
            for _, accepted in reversed(self._levels[depth]):
                after = depth + 1, mask & accepted
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)

    def _heaviest(self, weights: Sequence[int], mask: Mask, depth: int) -> int:
        """Bound what of some rules can weigh together, by one column at a time."""
        left = self._levels[depth:]
        self._spend(mask.bit_count() * (1 + sum(map(len, left))) // _CHEAP + 1)
        sets = [[mask], *([mask & met for _, met in level] for level in left)]
        return min(
            max(sum(weights[rule] for rule in members_of_mask(each)) for each in level)
            for level in sets
        )

    def _lowest(self, node: Node, outside: Mask) -> Node:
        """Fix one column after the other to the lowest piece that still will do."""
        for place, (level, _, _) in enumerate(node):
            for piece in level if len(level) > 1 else ():
                fixed = [*node[:place], _weighed([piece]), *node[place + 1 :]]
                if self._opening(fixed, outside) is not None:
                    node = fixed
                    break
        return node

    def _restricted_node(self, inside: Iterable[int], outside: Mask) -> Node:
        """Leave of every column what meets all rules that hold."""
        held = sum(1 << rule for rule in inside)
        node: Node = []
        for level in self._levels:
            self._spend(1 + len(level) // _CHEAP)
            kept = [piece for piece in level if piece[1] & held == held]
            node.append(_weighed(_merged(kept, outside)))
        return node

    def _opening(self, asked: Node, outside: Mask) -> Node | None:
        """Find what of the columns meets none of the rules; None where nothing does."""
        waiting = [asked]
        while waiting:
            node = [*waiting.pop()]
            split = self._narrow(node, outside)
            if split is None:
                continue
            place, rule = split
            if not rule:
                return node
            level = node[place][0]
            # Last comes, to be taken first, the half in which the rule is missed.
            for is_met in (True, False):
                half = [piece for piece in level if bool(piece[1] & rule) is is_met]
                waiting.append([*node[:place], _weighed(half), *node[place + 1 :]])
        return None

    def _narrow(self, node: Node, outside: Mask) -> tuple[int, Mask] | None:
        """Miss every rule where it must be missed.

        Returns:
            A column, and a rule that can be missed there or elsewhere; no rule where
            all are missed. None where one cannot be missed.
        """
        while True:
            self._spend(len(node))
            alive = outside
            for _, some, _ in node:
                alive &= some
            once = twice = thrice = 0
            for _, _, every in node:
                can = alive & ~every
                thrice |= twice & can
                twice |= once & can
                once |= can
            if alive & ~once:
                return None
            forced = once & ~twice
            if not forced:
                rules = (twice & ~thrice) or alive
                rule = rules & -rules
                missable = (p for p, each in enumerate(node) if rule & ~each[2])
                return next(missable, 0), rule
            for place, (level, some, every) in enumerate(node):
                missed = forced & some & ~every
                if missed:
                    self._spend(1 + len(level) // _CHEAP)
                    left = [piece for piece in level if not piece[1] & missed]
                    if not left:
                        return None
                    node[place] = _weighed(left)


def _first(piece: tuple[int, Mask]) -> int:
    return piece[0]


def _size(spans: Mapping[str, Iterable[Span]]) -> int:
    """Count the claims that lie in spans of every column."""
    return prod(sum(high - low + 1 for low, high in own) for own in spans.values())


def _merged(pieces: Level, rules: Mask) -> Level:
    """Keep the lowest of all pieces that the rules do not tell apart."""
    merged: dict[Mask, int] = {}
    for first, mask in pieces:
        merged.setdefault(mask & rules, first)
    return [(first, mask) for mask, first in merged.items()]


def _weighed(level: Level) -> tuple[Level, Mask, Mask]:
    """Gather the rules that some piece of a column meets, and those that all do."""
    some, every = 0, -1
    for _, mask in level:
        some |= mask
        every &= mask
    return level, some, every
