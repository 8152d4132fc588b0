"""What a policy can do: the ways of its tables, and what is made of them.

This is where compositions become exact: a cap, a floor, a share, the first, the best
and the sum of several are all ways of paying sums of amounts, as long as the tables
in them give plain money.
"""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import product
from typing import Any, Final

import attrs

from ..._domain.money import MAX_MINOR
from ...errors import PolicyError
from ..amounts import Amount, Beyond, Fixed, Lesser, Scaled
from ..table import Table
from ._discretion import raised
from ._policies import (
    SEVERAL,
    BestOf,
    Capped,
    First,
    Floored,
    SumOf,
    tables_of,
    title,
)
from ._watch import Watch
from .ways import Order, Way, joined, most, plain, whole

__all__ = ["ways_of"]


def ways_of(
    policy: object, watch: Watch, *, at_discretion: bool = False
) -> tuple[Way, ...]:
    """List every way a policy can go; exactly one is taken by each claim.

    Args:
        policy: The policy.
        watch: How long it may take.
        at_discretion: Whether it pays what an agent may give at the most.

    Raises:
        PolicyError: It is no table, and nothing that is exact about tables; or it
            could pay more than `Money` can hold; or no agent can choose by it.
        OutOfTime: It took too long.
    """
    _ = tuple(tables_of(policy))
    if at_discretion:
        free = tuple(watch.each(raised(policy)))
        _holds_all(policy, _most_of(free))
        return free
    if isinstance(policy, Table):
        return tuple(watch.each(whole(policy)))
    return tuple(_Composer(watch).ways(policy))


_SILENT: Final = Way("", {}, (), ())


@attrs.frozen
class _Composer:
    """List the ways of compositions sum by sum, as long as there is time."""

    watch: Watch

    def ways(self, policy: Any) -> list[Way]:
        """List the ways of a policy; `tables_of` has refused what is opaque."""
        if isinstance(policy, Table):
            return list(self.watch.each(plain(policy)))
        if isinstance(policy, SEVERAL):
            each = [self.ways(part) for part in policy.policies]
            if isinstance(policy, BestOf):
                # It adds up what all of them give before it picks one.
                _holds_all(policy, sum(_most_of(ways) for ways in each))
            ways = list(self._joining(policy, each))
        else:
            changed = _changing(policy)
            inner = self.watch.each(self.ways(policy.policy))
            ways = [new for way in inner for new in changed(way)]
        _holds_all(policy, _most_of(ways))
        return ways

    def _joining(self, policy: Any, each: Sequence[Sequence[Way]]) -> Iterable[Way]:
        if isinstance(policy, First):
            return self._first(each)
        return reduce(
            self._sum_of if isinstance(policy, SumOf) else self._best_of, each
        )

    def _first(self, each: Sequence[Sequence[Way]]) -> list[Way]:
        found: list[Way] = []
        passed = [_SILENT]
        for ways in each:
            giving = [g for way in self.watch.each(ways) for g in _giving(way)]
            silent = [n for way in self.watch.each(ways) for n in _nothing(way)]
            for p, g in self.watch.each(product(passed, giving)):
                found += joined([p, g], g.rule, g.parts)
            passed = [
                way
                for p, n in self.watch.each(product(passed, silent))
                for way in joined([p, n], n.rule, ())
            ]
        return found + passed

    def _sum_of(self, ones: Sequence[Way], others: Sequence[Way]) -> list[Way]:
        return [
            way
            for one, other in self.watch.each(product(ones, others))
            for way in joined(
                [one, other], f"{one.rule} + {other.rule}", one.parts + other.parts
            )
        ]

    def _best_of(self, ones: Sequence[Way], others: Sequence[Way]) -> list[Way]:
        found: list[Way] = []
        for one, other in self.watch.each(product(ones, others)):
            keeps = Order(one.parts, other.parts, is_strict=False)
            yields = Order(other.parts, one.parts, is_strict=True)
            found += joined([one, other], one.rule, one.parts, keeps)
            found += joined([one, other], other.rule, other.parts, yields)
        return found


def _most_of(ways: Iterable[Way]) -> int:
    return max((most(way.parts) for way in ways), default=0)


def _holds_all(policy: Any, top: int) -> None:
    """Refuse what may leave `Money`: there the policy would raise, and not pay."""
    if top > MAX_MINOR:
        raise PolicyError(
            f"{title(policy)} cannot be proved: it may reckon with more than Money "
            "can hold, and would raise there; lower the bounds of its columns, or cap "
            "its parts"
        )


def _changing(policy: Any) -> Callable[[Way], list[Way]]:
    if isinstance(policy, Floored):
        return lambda way: _floored(way, Fixed(policy.at))
    if isinstance(policy, Capped):
        return lambda way: [_capped(way, Fixed(policy.at))]
    return lambda way: [_times(policy, way)]


def _capped(way: Way, cap: Fixed) -> Way:
    """Give each part the room that those before it leave."""
    parts: list[Amount] = []
    for place, part in enumerate(way.parts):
        room = Beyond((cap, *way.parts[:place])) if place else cap
        parts.append(Lesser((part, room)))
    return attrs.evolve(way, parts=tuple(parts))


def _floored(way: Way, floor: Fixed) -> list[Way]:
    raised = (*way.parts, Beyond((floor, *way.parts)))
    return [*_nothing(way), *(attrs.evolve(w, parts=raised) for w in _giving(way))]


def _nothing(way: Way) -> list[Way]:
    return joined([way], way.rule, (), Order((), way.parts, is_strict=False))


def _giving(way: Way) -> list[Way]:
    return joined([way], way.rule, way.parts, Order(way.parts, (), is_strict=True))


def _times(policy: Any, way: Way) -> Way:
    top, bottom = policy.share.as_integer_ratio()
    parts = (Scaled(part, top, bottom, None, policy.rounding) for part in way.parts)
    return attrs.evolve(way, parts=tuple(parts))
