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
_LONG: Final = 2048  # rules that are put to a piece within one step: a mask of them
# is a number of so many bits, and every operation copies it


@attrs.frozen(eq=False)
class Coverage:
    """Answers to questions about conditions over columns.

    Args:
        columns: Every column that a condition names.
        conditions: Those of the rules, in order.
        budget: How much work all answers together may be.
    """

    columns: Sequence[Column]
    conditions: Sequence[When | None]
    budget: StepBudget

    def _spend_steps(self, steps: int) -> None:
        """Spend steps, larger ones where a set of rules is a very long number."""
        self.budget.spend(steps * (1 + len(self.conditions) // _LONG))

    @cached_property
    def _pieces(self) -> list[Level]:
        """Every column, cut where some rule cuts it."""
        levels: list[Level] = []
        cells = cells_by_column(self.conditions)
        for column in self.columns:
            own = cells.get(column.name, [])
            # Before they are made, for each takes memory for all rules.
            self._spend_steps(sum(len(spans) for _, spans in own))
            pieces = split_by_cells(column, own, len(self.conditions))
            levels.append([(first, mask) for (first, _), mask in pieces])
        return levels

    @cached_property
    def _pieces_by_column(self) -> dict[str, Level]:
        """The pieces of each column, by its name."""
        names = (column.name for column in self.columns)
        return dict(zip(names, self._pieces, strict=True))

    @cached_property
    def _levels(self) -> list[Level]:
        """The pieces of every column; of those with the same rules the lowest alone."""
        # -1 has every bit set: all rules count.
        return [_lowest_piece_per_rule_set(pieces, -1) for pieces in self._pieces]

    @cached_property
    def _spans_of_rules(self) -> list[Spans]:
        """What each rule accepts, by the name of the column."""
        cells = ((() if when is None else when.cells) for when in self.conditions)
        return [{cell.column.name: cell.spans for cell in row} for row in cells]

    # ---------------------------------------------------------- two rules at a time

    @cached_property
    def _compatible(self) -> list[Mask]:
        """The rules that can hold together with each rule, itself among them."""
        return [self._rules_compatible_with(own) for own in self._spans_of_rules]

    def _rules_compatible_with(self, spans_by_column: Spans) -> Mask:
        """Return the rules that accept some claim that a rule with these spans does."""
        # A rule accepts a box: two boxes meet if they do so in every column by itself.
        compatible = (1 << len(self.conditions)) - 1
        for name, spans in spans_by_column.items():
            pieces, met = self._pieces_by_column[name], 0
            for low, high in spans:
                # A tuple of one sorts before all that begin with the same code.
                first, end = (bisect_left(pieces, (n,)) for n in (low, high + 1))
                self._spend_steps(1 + (end - first) // _CHEAP)
                for _, mask in pieces[first:end]:
                    met |= mask
            compatible &= met
        return compatible

    def iter_overlapping_pairs(
        self, rules: range, forbidden_rules: Mask
    ) -> Iterator[tuple[tuple[int, int], Codes]]:
        """Walk the pairs of rules that hold together, each with its lowest claim.

        The pair of the lowest claim comes first.

        Args:
            rules: The rules, by number.
            forbidden_rules: Rules that must not hold.
        """
        candidates = (1 << rules.stop) - (1 << rules.start)
        if not self._can_two_hold(candidates):
            return
        yielded: set[tuple[int, int]] = set()
        if not forbidden_rules:
            # The lowest of all is found without a look at the others.
            codes, held = self._lowest_claim_of_two(candidates)
            for pair in combinations(members_of_mask(held), 2):
                yielded.add(pair)
                yield pair, codes
        pairs = [
            (codes, pair, claim)
            for codes, pair, claim in self._iter_pairs(rules, forbidden_rules)
            if pair not in yielded
        ]
        for _, pair, claim in sorted(pairs, key=lambda entry: entry[:2]):
            yield pair, claim

    def _iter_pairs(
        self, rules: range, forbidden_rules: Mask
    ) -> Iterator[tuple[list[int], tuple[int, int], Codes]]:
        """Walk codes, pair and lowest claim, until the budget of steps is spent."""
        has_pair = False
        try:
            for rule in rules:
                later = self._compatible[rule] & ((1 << rules.stop) - (2 << rule))
                for partner in members_of_mask(later):
                    claim = self.find_lowest_claim((rule, partner), forbidden_rules)
                    if claim is not None:
                        has_pair = True
                        yield [*claim.values()], (rule, partner), claim
        except TooManyStepsError:
            # One pair is enough to refuse a table.
            if not has_pair:
                raise

    def _can_two_hold(self, rules: Mask) -> bool:
        """Return whether two of some rules can hold together."""
        self._spend_steps(1 + rules.bit_count() // _CHEAP)
        return any(
            self._compatible[rule] & rules & ~(1 << rule)
            for rule in members_of_mask(rules)
        )

    def _lowest_claim_of_two(self, rules: Mask) -> tuple[Codes, Mask]:
        """Return the lowest claim at which two rules hold, and all that hold there."""
        # Two boxes that meet in the columns so far, and are compatible, meet in all.
        codes: dict[str, int] = {}
        for column, level in zip(self.columns, self._levels, strict=True):
            first, mask = next(p for p in level if self._can_two_hold(rules & p[1]))
            codes[column.name] = first
            rules &= mask
        return codes, rules

    # --------------------------------------------------------------- all rules at once

    def find_gap(self) -> Codes | None:
        """Find the lowest claim that meets no rule; None where there is none."""
        if all(mask == 1 << rule for rule, mask in enumerate(self._compatible)):
            # No two hold together, so what they hold can be added up.
            everything: Spans = {c.name: (c.span,) for c in self.columns}
            sizes = (_count_claims(everything | own) for own in self._spans_of_rules)
            if sum(sizes) == _count_claims(everything):
                return None
        return self.find_lowest_claim((), (1 << len(self.conditions)) - 1)

    def can_hold_alone(self, rule: int, forbidden_rules: Mask) -> bool:
        """Return whether some claim meets a rule and none of others.

        Args:
            rule: The rule, by number.
            forbidden_rules: The others.
        """
        # Its first or its last claim will often do, and costs next to nothing.
        if not forbidden_rules or any(
            not self._rules_at_corner(rule, end) & forbidden_rules for end in (0, -1)
        ):
            return True
        node = self._build_restricted_node((rule,), forbidden_rules)
        return self._find_open_node(node, forbidden_rules) is not None

    def _rules_at_corner(self, rule: int, end: int) -> Mask:
        """Return the rules that hold at the first (0) or last (-1) claim of a rule."""
        met, own = -1, self._spans_of_rules[rule]
        self._spend_steps(len(self.columns))
        for column, pieces in zip(self.columns, self._pieces, strict=True):
            code = own.get(column.name, (column.span,))[end][end]
            met &= pieces[bisect_right(pieces, code, key=_first_code) - 1][1]
        return met

    def find_lowest_claim(
        self, required_rules: Iterable[int], forbidden_rules: Mask
    ) -> Codes | None:
        """Find the lowest claim that meets some rules and none of others.

        The lowest by the first column, then by the next; any where it would take
        too long to tell.

        Args:
            required_rules: The rules that hold, by number; such as can hold together.
            forbidden_rules: The rules that do not.

        Returns:
            The claim; None where there is none.
        """
        restricted = self._build_restricted_node(required_rules, forbidden_rules)
        node = self._find_open_node(restricted, forbidden_rules)
        if node is None:
            return None
        with suppress(TooManyStepsError):
            node = self._fix_to_lowest(restricted, forbidden_rules)
        codes = (level[0][0] for level, _, _ in node)
        return dict(zip((c.name for c in self.columns), codes, strict=True))

    def iter_rule_sets_above(
        self, weights: Sequence[int], limit: int
    ) -> Iterator[Mask]:
        """Walk sets of rules that hold together and weigh more than a limit.

        Args:
            weights: What each rule weighs, from nothing up.
            limit: What a set must exceed.
        """
        waiting, visited = [(0, (1 << len(self.conditions)) - 1)], set[object]()
        while waiting:
            depth, mask = waiting.pop()
            if self._weight_bound(weights, mask, depth) <= limit:
                continue
            if depth == len(self._levels):
                yield mask
                continue
            for _, accepted in reversed(self._levels[depth]):
                narrowed = depth + 1, mask & accepted
                if narrowed not in visited:
                    visited.add(narrowed)
                    waiting.append(narrowed)

    def _weight_bound(self, weights: Sequence[int], mask: Mask, depth: int) -> int:
        """Bound what rules can weigh together in the columns from a depth on.

        In each column alone no more than its heaviest piece: the least of those bounds
        all.
        """
        levels = self._levels[depth:]
        pieces = sum(map(len, levels))
        self._spend_steps(mask.bit_count() * (1 + pieces) // _CHEAP + 1)
        sets = [[mask], *([mask & met for _, met in level] for level in levels)]
        return min(
            max(sum(weights[r] for r in members_of_mask(rules)) for rules in level)
            for level in sets
        )

    def _fix_to_lowest(self, node: Node, forbidden_rules: Mask) -> Node:
        """Fix one column after the other to the lowest piece that still will do."""
        for place, (level, _, _) in enumerate(node):
            for piece in level if len(level) > 1 else ():
                fixed = [*node[:place], _with_masks([piece]), *node[place + 1 :]]
                if self._find_open_node(fixed, forbidden_rules) is not None:
                    node = fixed
                    break
        return node

    def _build_restricted_node(
        self, required_rules: Iterable[int], forbidden_rules: Mask
    ) -> Node:
        """Return of every column the pieces that meet all rules that hold."""
        held = sum(1 << rule for rule in required_rules)
        node: Node = []
        for level in self._levels:
            self._spend_steps(1 + len(level) // _CHEAP)
            pieces = [piece for piece in level if piece[1] & held == held]
            # Pieces that forbid the same differ in nothing that is still asked.
            node.append(
                _with_masks(_lowest_piece_per_rule_set(pieces, forbidden_rules))
            )
        return node

    def _find_open_node(self, node: Node, forbidden_rules: Mask) -> Node | None:
        """Find pieces of every column that meet none of the rules together."""
        waiting = [node]
        while waiting:
            node = [*waiting.pop()]
            split = self._narrow_node(node, forbidden_rules)
            if split is None:
                continue
            place, rule = split
            if not rule:
                return node
            level = node[place][0]
            # Last comes, to be taken first, the half in which the rule is missed.
            for is_met in (True, False):
                half = [piece for piece in level if bool(piece[1] & rule) is is_met]
                waiting.append([*node[:place], _with_masks(half), *node[place + 1 :]])
        return None

    def _narrow_node(
        self, node: Node, forbidden_rules: Mask
    ) -> tuple[int, Mask] | None:
        """Drop pieces of a node until every rule is missed where it must be missed.

        Returns:
            The column to split next, and a rule that can be missed there or elsewhere;
            no rule where all are missed. None where one cannot be missed.
        """
        while True:
            self._spend_steps(len(node))
            # A rule holds somewhere in the node only if some piece of each column does.
            alive = forbidden_rules
            for _, some, _ in node:
                alive &= some
            # In how many columns each rule can be missed, of all rules at a time.
            once = twice = thrice = 0
            for _, _, every in node:
                missable = alive & ~every
                thrice |= twice & missable
                twice |= once & missable
                once |= missable
            if alive & ~once:
                return None
            forced = once & ~twice
            if not forced:
                # Fewest choices first: a rule with two columns before one with more.
                rules = (twice & ~thrice) or alive
                rule = rules & -rules
                places = (n for n, (_, _, every) in enumerate(node) if rule & ~every)
                return next(places, 0), rule
            for place, (level, some, every) in enumerate(node):
                missed = forced & some & ~every
                if missed:
                    self._spend_steps(1 + len(level) // _CHEAP)
                    pieces = [piece for piece in level if not piece[1] & missed]
                    if not pieces:
                        return None
                    node[place] = _with_masks(pieces)


def _first_code(piece: tuple[int, Mask]) -> int:
    return piece[0]


def _count_claims(spans: Mapping[str, Iterable[Span]]) -> int:
    """Count the claims that lie in spans of every column."""
    return prod(sum(high - low + 1 for low, high in own) for own in spans.values())


def _lowest_piece_per_rule_set(pieces: Level, rules: Mask) -> Level:
    """Keep the lowest of all pieces that the rules do not tell apart."""
    merged: dict[Mask, int] = {}
    for first, mask in pieces:
        merged.setdefault(mask & rules, first)
    return [(first, mask) for mask, first in merged.items()]


def _with_masks(level: Level) -> tuple[Level, Mask, Mask]:
    """Return pieces with the rules that some of them meet, and those that all do."""
    some, every = 0, -1
    for _, mask in level:
        some |= mask
        every &= mask
    return level, some, every
