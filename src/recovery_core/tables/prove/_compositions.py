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
from ._adjustments import (
    iter_branches_less_earlier,
    iter_capped_branches,
    iter_floored_branches,
    multiply_gifts,
)
from ._discretion import iter_ways_at_discretion
from ._gifts import (
    GiftBranch,
    Gifts,
    iter_joint_branch_if_possible,
    iter_table_branches,
    iter_where_nothing_is_given,
    iter_where_something_is_given,
    pool_gifts,
)
from ._policies import claim_columns_by_name, format_policy_title, iter_tables
from ._watch import Watch
from .ways import Order, Way, greatest_total, iter_table_ways

__all__ = ["collect_ways"]


def collect_ways(
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
    _ = tuple(iter_tables(policy))
    if at_discretion:
        free = tuple(watch.iter_within_time(iter_ways_at_discretion(policy)))
        _check_money_can_hold(policy, _greatest_total_of_ways(free))
        return free
    if isinstance(policy, Table):
        return tuple(watch.iter_within_time(iter_table_ways(policy)))
    composer = _Composer(watch, claim_columns_by_name(policy))
    return tuple(branch.paid for branch in composer.list_branches(policy))


_EMPTY_BRANCH: Final = GiftBranch(Way("", {}, (), ()), Gifts())
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

    def list_branches(self, policy_or_schedule: Any) -> list[GiftBranch]:
        """List the branches of a policy; `iter_tables` has refused what is opaque."""
        policy = unwrap_policy(policy_or_schedule)
        if isinstance(policy, Table):
            return list(self.watch.iter_within_time(iter_table_branches(policy)))
        if isinstance(policy, Dated):
            found = [*self._iter_dated_branches(policy)]
        elif isinstance(policy, First | BestOf | SumOf):
            found = [*self._list_branches_of_several(policy)]
        else:
            changed = self._build_branch_changer(policy)
            inner = self.watch.iter_within_time(self.list_branches(policy.policy))
            found = [
                new for b in inner for new in self.watch.iter_within_time(changed(b))
            ]
        _check_money_can_hold(
            policy, _greatest_total_of_ways(branch.paid for branch in found)
        )
        return found

    def _build_branch_changer(
        self, policy: Capped | Floored | Multiplied | SetOff | Owed
    ) -> Callable[[GiftBranch], Iterable[GiftBranch]]:
        """Return the function from a branch of the inner policy to those around it."""
        match policy:
            case Capped():
                return partial(iter_capped_branches, limit=Fixed(policy.at))
            case Floored():
                return partial(iter_floored_branches, floor=Fixed(policy.at))
            case SetOff():
                earlier_column = self.columns.get(ALREADY_GIVEN)
                # Where nothing has a value, nothing is taken off.
                if earlier_column is None:
                    return lambda branch: (branch,)
                return partial(
                    iter_branches_less_earlier,
                    earlier_amount=ColumnAmount(earlier_column),
                )
            case Multiplied() | Owed():
                multiply = self._build_amount_multiplier(policy)
                return lambda branch: (multiply_gifts(branch, multiply),)
            case never:
                assert_never(never)

    def _build_amount_multiplier(
        self, policy: Multiplied | Owed
    ) -> Callable[[Formula], Formula]:
        """Return the function that multiplies an amount by the share of a policy."""
        top, bottom, by = 1, BASIS_POINTS, self.columns.get(OWED)
        if isinstance(policy, Multiplied):
            (top, bottom), by = policy.share.as_integer_ratio(), None
        return lambda amount: Scaled(amount, top, bottom, by, policy.rounding)

    def _iter_dated_branches(self, policy: Dated) -> Iterator[GiftBranch]:
        """Return what the version gives that is in force on the day of the failure."""
        day = self.columns[FAILURE_DAY]
        first, last = day.span
        starts = [since.toordinal() for since, _ in policy.versions]
        spans = pairwise([first, *starts, last + 1])
        every = [
            [_EMPTY_BRANCH],
            *(self.list_branches(each) for _, each in policy.versions),
        ]
        for (start, end), members in zip(spans, every, strict=True):
            if inside_ := intersect_spans(((first, last),), ((start, end - 1),)):
                then = GiftBranch(Way(_NOT_YET, {day.name: inside_}, (), ()), Gifts())
                for member in self.watch.iter_within_time(members):
                    rule = member.way.rule or _NOT_YET
                    yield from iter_joint_branch_if_possible(
                        [then, member], rule, member.gifts
                    )

    def _list_branches_of_several(
        self, policy: First | BestOf | SumOf
    ) -> Iterable[GiftBranch]:
        """Combine several policies, as one of the three does."""
        each = [self.list_branches(part) for part in policy.policies]
        match policy:
            case First():
                return self._list_branches_of_first(each)
            case SumOf():
                return reduce(self._list_branches_of_sum, each)
            case BestOf():
                # It adds up what all of them give before it picks one.
                _check_money_can_hold(
                    policy,
                    sum(_greatest_total_of_ways(b.paid for b in some) for some in each),
                )
                return reduce(self._list_branches_of_better, each)
            case never:
                assert_never(never)

    def _list_branches_of_first(
        self, branches_of_each: Sequence[Sequence[GiftBranch]]
    ) -> list[GiftBranch]:
        """Return what the first one gives, where those before it give nothing."""
        giving_branches: list[GiftBranch] = []
        # Where all policies so far give nothing; before the first, that is everywhere.
        passed = [_EMPTY_BRANCH]
        for branches in branches_of_each:
            gives = [
                g
                for branch in self.watch.iter_within_time(branches)
                for g in iter_where_something_is_given(branch)
            ]
            passes = [
                n
                for branch in self.watch.iter_within_time(branches)
                for n in iter_where_nothing_is_given(branch)
            ]
            for p, g in self.watch.iter_within_time(product(passed, gives)):
                giving_branches += iter_joint_branch_if_possible(
                    [p, g], g.way.rule, g.gifts
                )
            passed = [
                branch
                for p, n in self.watch.iter_within_time(product(passed, passes))
                for branch in iter_joint_branch_if_possible([p, n], n.way.rule, Gifts())
            ]
        return giving_branches + passed

    def _list_branches_of_sum(
        self, branches: Sequence[GiftBranch], other_branches: Sequence[GiftBranch]
    ) -> list[GiftBranch]:
        """Return what both give."""
        return [
            branch
            for one, other in self.watch.iter_within_time(
                product(branches, other_branches)
            )
            for branch in iter_joint_branch_if_possible(
                [one, other],
                f"{one.way.rule} + {other.way.rule}",
                pool_gifts([one.gifts, other.gifts]),
            )
        ]

    def _list_branches_of_better(
        self, branches: Sequence[GiftBranch], other_branches: Sequence[GiftBranch]
    ) -> list[GiftBranch]:
        """Return what is worth more; of two that are worth nothing, what is a thing."""
        found: list[GiftBranch] = []
        for one, other in self.watch.iter_within_time(
            product(branches, other_branches)
        ):
            for is_first, orders in _iter_winner_with_orders(one.gifts, other.gifts):
                best = one if is_first else other
                found += iter_joint_branch_if_possible(
                    [one, other], best.way.rule, best.gifts, *orders
                )
        return found


def _iter_winner_with_orders(
    one: Gifts, other: Gifts
) -> Iterator[tuple[bool, tuple[Order, ...]]]:
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


def _greatest_total_of_ways(ways: Iterable[Way]) -> int:
    return max((greatest_total(way.parts) for way in ways), default=0)


def _check_money_can_hold(policy: Any, greatest_total: int) -> None:
    """Refuse what may leave `Money`: there the policy would raise, and not pay."""
    if greatest_total > MAX_MINOR:
        raise PolicyError(
            f"{format_policy_title(policy)} cannot be proved: it may reckon with more "
            "than Money can hold, and would raise there; lower the bounds of its "
            "columns, or cap its parts"
        )
