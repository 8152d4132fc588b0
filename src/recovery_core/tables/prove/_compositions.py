"""What a policy can do: the ways of its tables, and what is made of them.

This is where compositions become exact: a cap, a floor, a share, the first, the best
and the sum of several are all ways of giving sums of amounts, and what caps may not
touch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from itertools import pairwise, product
from typing import Any, Final, assert_never

import attrs

from ..._domain.basis_points import BASIS_POINTS
from ..._domain.money import MAX_MINOR
from ...errors import PolicyError
from ...policy.combinators import (
    BestOf,
    Capped,
    Dated,
    First,
    Floored,
    Multiplied,
    Owed,
    SetOff,
    SumOf,
)
from ..amounts import ColumnAmount, Fixed, Formula, Scaled
from ..column import Column
from ..compositions import ALREADY_GIVEN, FAILURE_DAY, OWED, unwrap_policy
from ..spans import intersect_spans
from ..table import Table
from ._adjustments import cap, floor, share, take_off
from ._discretion import raised
from ._gifts import GiftBranch, Gifts, branches, fork, giving, pooled, silent
from ._policies import columns_of_claims, tables_of, title
from ._watch import Watch
from .ways import Order, Way, most, table_ways

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
        free = tuple(watch.within_time(raised(policy)))
        _holds_all(policy, _most_of(free))
        return free
    if isinstance(policy, Table):
        return tuple(watch.within_time(table_ways(policy)))
    composer = _Composer(watch, columns_of_claims(policy))
    return tuple(branch.paid for branch in composer.branches(policy))


_NOWHERE: Final = GiftBranch(Way("", {}, (), ()), Gifts())
_NOT_YET: Final = "not in force"


@attrs.frozen
class _Composer:
    """List the branches of compositions as long as there is time.

    Args:
        watch: How long it may take.
        columns: What combinators read of a claim, by name.
    """

    watch: Watch
    columns: Mapping[str, Column]

    def branches(self, given: Any) -> list[GiftBranch]:
        """List the branches of a policy; `tables_of` has refused what is opaque."""
        policy = unwrap_policy(given)
        if isinstance(policy, Table):
            return list(self.watch.within_time(branches(policy)))
        if isinstance(policy, Dated):
            found = [*self._dated(policy)]
        elif isinstance(policy, First | BestOf | SumOf):
            found = [*self._joining(policy)]
        else:
            changed = self._changing(policy)
            inner = self.watch.within_time(self.branches(policy.policy))
            found = [new for b in inner for new in self.watch.within_time(changed(b))]
        _holds_all(policy, _most_of(branch.paid for branch in found))
        return found

    def _changing(
        self, policy: Capped | Floored | Multiplied | SetOff | Owed
    ) -> Callable[[GiftBranch], Iterable[GiftBranch]]:
        """Return what a policy around another one makes of a branch."""
        match policy:
            case Capped():
                return partial(cap, limit=Fixed(policy.at))
            case Floored():
                return partial(floor, least=Fixed(policy.at))
            case SetOff():
                given = self.columns.get(ALREADY_GIVEN)
                if given is None:  # where nothing has a value, nothing is taken off
                    return lambda branch: (branch,)
                return partial(take_off, given=ColumnAmount(given))
            case Multiplied() | Owed():
                multiply = self._multiplying(policy)
                return lambda branch: (share(branch, multiply),)
            case never:
                assert_never(never)

    def _multiplying(self, policy: Multiplied | Owed) -> Callable[[Formula], Formula]:
        """Return what a share makes of an amount."""
        top, bottom, by = 1, BASIS_POINTS, self.columns.get(OWED)
        if isinstance(policy, Multiplied):
            (top, bottom), by = policy.share.as_integer_ratio(), None
        return lambda amount: Scaled(amount, top, bottom, by, policy.rounding)

    def _dated(self, policy: Dated) -> Iterator[GiftBranch]:
        """Return what the version gives that is in force on the day of the failure."""
        day = self.columns[FAILURE_DAY]
        first, last = day.span
        starts = [since.toordinal() for since, _ in policy.versions]
        spans = pairwise([first, *starts, last + 1])
        every = [[_NOWHERE], *(self.branches(each) for _, each in policy.versions)]
        for (start, end), members in zip(spans, every, strict=True):
            if inside_ := intersect_spans(((first, last),), ((start, end - 1),)):
                then = GiftBranch(Way(_NOT_YET, {day.name: inside_}, (), ()), Gifts())
                for member in self.watch.within_time(members):
                    rule = member.way.rule or _NOT_YET
                    yield from fork([then, member], rule, member.gifts)

    def _joining(self, policy: First | BestOf | SumOf) -> Iterable[GiftBranch]:
        """Combine several policies, as one of the three does."""
        each = [self.branches(part) for part in policy.policies]
        match policy:
            case First():
                return self._first(each)
            case SumOf():
                return reduce(self._sum_of, each)
            case BestOf():
                # It adds up what all of them give before it picks one.
                _holds_all(policy, sum(_most_of(b.paid for b in some) for some in each))
                return reduce(self._best_of, each)
            case never:
                assert_never(never)

    def _first(self, each: Sequence[Sequence[GiftBranch]]) -> list[GiftBranch]:
        """Return what the first one gives, where those before it give nothing."""
        found: list[GiftBranch] = []
        passed = [_NOWHERE]
        for some in each:
            gives = [
                g for branch in self.watch.within_time(some) for g in giving(branch)
            ]
            passes = [
                n for branch in self.watch.within_time(some) for n in silent(branch)
            ]
            for p, g in self.watch.within_time(product(passed, gives)):
                found += fork([p, g], g.way.rule, g.gifts)
            passed = [
                branch
                for p, n in self.watch.within_time(product(passed, passes))
                for branch in fork([p, n], n.way.rule, Gifts())
            ]
        return found + passed

    def _sum_of(
        self, ones: Sequence[GiftBranch], others: Sequence[GiftBranch]
    ) -> list[GiftBranch]:
        """Return what both give."""
        return [
            branch
            for one, other in self.watch.within_time(product(ones, others))
            for branch in fork(
                [one, other],
                f"{one.way.rule} + {other.way.rule}",
                pooled([one.gifts, other.gifts]),
            )
        ]

    def _best_of(
        self, ones: Sequence[GiftBranch], others: Sequence[GiftBranch]
    ) -> list[GiftBranch]:
        """Return what is worth more; of two that are worth nothing, what is a thing."""
        found: list[GiftBranch] = []
        for one, other in self.watch.within_time(product(ones, others)):
            for is_first, orders in _ranked(one.gifts, other.gifts):
                best = one if is_first else other
                found += fork([one, other], best.way.rule, best.gifts, *orders)
        return found


def _ranked(one: Gifts, other: Gifts) -> Iterator[tuple[bool, tuple[Order, ...]]]:
    """Walk how two compare: whether the first is taken, and where that is so."""
    less = Order(other.worth, one.worth, is_strict=True)
    same = Order(one.worth, other.worth, is_strict=False)
    yield False, (less,)
    if other.has_things and not one.has_things:
        # Worth nothing both, the thing of the other is more than nothing at all.
        yield True, (same, Order(one.worth, (), is_strict=True))
        nothing = (*one.worth, *other.worth)
        yield False, (Order((), nothing, is_strict=False),)
    else:
        yield True, (same,)


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
