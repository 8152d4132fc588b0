"""A family of policies on the same customers: which of them nobody outdoes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from typing import Any, Final, TypeGuard, cast

import attrs

from ...errors import InvalidValueError
from ..company import Company, Recoverer, company_of
from ..engine.monthly import Block
from ..engine.situation_tables import Tables
from ..results.estimates import Estimate
from ..results.outcomes import OUTCOMES, ratio
from ..results.ratios import Ratio, estimate_difference
from ..results.totals import Totals, sum_block
from ..runs.arguments import check_customers, world_or_shop
from ..runs.blocks import BLOCK, CompanyInWorld, Job, Progress, run_job
from ..runs.run import CUSTOMERS, MONTHS, Result, outcome_of
from ..world.world import World

__all__ = ["Dominance", "Frontier", "FrontierMember", "frontier"]


@attrs.frozen
class Dominance:
    """Who outdoes a member, and by how much.

    Args:
        by: The name of who is at least as good in both outcomes, and better in one.
        x: What it comes to in the first outcome, less what the other one does.
        y: The same in the second.
    """

    by: str
    x: Estimate
    y: Estimate

    @property
    def is_clear(self) -> bool:
        """Whether no difference can be mere chance.

        Each interval leaves out zero, or the two are alike to the last unit.
        """
        return all(map(_is_beyond_chance, (self.x, self.y)))


def _is_beyond_chance(difference: Estimate) -> bool:
    return difference.is_clear or difference.value == difference.error == 0


@attrs.frozen(eq=False, repr=False)
class FrontierMember:
    """How one member of the family did.

    Args:
        name: What it is called.
        result: What its run came to, in every outcome.
        x: Its first outcome.
        y: Its second.
        dominated_by: Who outdoes it; clear cases first.
        is_clear: Whether that, or that nobody does, is beyond chance.
    """

    name: str
    result: Result
    x: Estimate
    y: Estimate
    dominated_by: tuple[Dominance, ...]
    is_clear: bool

    @property
    def is_known(self) -> bool:
        """Whether it has a figure in both outcomes; else it has no place."""
        return self.x.is_known and self.y.is_known

    @property
    def is_efficient(self) -> bool:
        """Whether nobody outdoes it."""
        return self.is_known and not self.dominated_by

    def __repr__(self) -> str:
        return f"{self.name}: {self.x} and {self.y}, {self.verdict}"

    @property
    def verdict(self) -> str:
        """How it stands, in words."""
        if not self.is_known:
            return "not known"
        dominator = self.dominated_by[0].by if self.dominated_by else None
        text = "efficient" if dominator is None else f"dominated by {dominator}"
        return text if self.is_clear else f"{text}, but not clearly"


@attrs.frozen(eq=False, repr=False)
class Frontier:
    """What every member of a family came to in two outcomes.

    Args:
        x: The name of the first outcome.
        y: The name of the second.
        members: The members, in the order they were given.
    """

    x: str
    y: str
    members: tuple[FrontierMember, ...]

    def __getitem__(self, name: str) -> FrontierMember:
        """Look a member up.

        Raises:
            InvalidValueError: There is none of that name.
        """
        for member in self.members:
            if member.name == name:
                return member
        names = ", ".join(each.name for each in self.members)
        raise InvalidValueError(f"there is no member {name!r}: give one of {names}")

    @property
    def efficient(self) -> tuple[FrontierMember, ...]:
        """The members whom nobody outdoes, from the least of the first outcome up."""
        return tuple(each for each in self._in_order() if each.is_efficient)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each member, for a frame or a file."""
        return [_member_row(self.x, self.y, each) for each in self.members]

    def _in_order(self) -> list[FrontierMember]:
        """Return the members by the first outcome; those without a place come last."""
        placed = [member for member in self.members if member.is_known]
        unplaced = [member for member in self.members if not member.is_known]
        return [*sorted(placed, key=lambda member: member.x.value), *unplaced]

    def __repr__(self) -> str:
        run = self.members[0].result
        head = (
            f"{self.y} against {self.x}: {run.customers:,} customers, "
            f"{run.months} months, seed {run.seed}"
        )
        return "\n".join([head, *self._table_lines(run.world.population.currency)])

    def _table_lines(self, currency: str) -> Iterable[str]:
        """Build a table, with a star before those whom nobody outdoes."""
        heads = [_column_heading(name, currency) for name in (self.x, self.y)]
        width = max(len(member.name) for member in self.members)
        yield f"  {''.ljust(width)}  {heads[0]:>24}  {heads[1]:>24}"
        for member in self._in_order():
            mark = "*" if member.is_efficient else " "
            yield (
                f"{mark} {member.name.ljust(width)}  {member.x!s:>24}  "
                f"{member.y!s:>24}  {member.verdict}"
            )


def _column_heading(name: str, currency: str) -> str:
    unit = OUTCOMES[name].unit
    return f"{name} ({currency if unit == 'money' else unit})"


def _member_row(x: str, y: str, member: FrontierMember) -> dict[str, Any]:
    row: dict[str, Any] = {"name": member.name}
    for name, estimate in ((x, member.x), (y, member.y)):
        figures = estimate.to_dict()
        row |= {name: figures["value"]}
        row |= {f"{name}_{end}": figures[end] for end in ("low", "high")}
    dominances = member.dominated_by
    return row | {
        "is_efficient": member.is_efficient,
        "dominated_by": dominances[0].by if dominances else None,
        "is_clear": member.is_clear,
    }


# --------------------------------------------------------------------------- comparing


@attrs.frozen
class _OutcomeOfMembers:
    """One outcome of all members."""

    ratios: tuple[Ratio, ...]
    factor: float
    sign: int

    def advantage_of(self, one: int, two: int) -> Estimate:
        """Return by how much one is better than two, on the same customers."""
        found = estimate_difference(self.ratios[two], self.ratios[one])
        return found.times(self.factor * self.sign)


def _outcome_of_members(name: str, results: list[Result]) -> _OutcomeOfMembers:
    outcome = OUTCOMES[name]
    return _OutcomeOfMembers(
        tuple(ratio(result.totals, outcome) for result in results),
        1 / results[0].unit if outcome.unit == "money" else 1.0,
        1 if outcome.is_better_high else -1,
    )


class _PairwiseDifferences:
    """Every member against every other."""

    def __init__(
        self, names: list[str], x: _OutcomeOfMembers, y: _OutcomeOfMembers
    ) -> None:
        self.names, self.x, self.y = names, x, y

    def advantages_of(self, one: int, two: int) -> tuple[Estimate, Estimate]:
        """Return by how much one is better than two in either outcome."""
        return self.x.advantage_of(one, two), self.y.advantage_of(one, two)

    def dominances(self, index: int) -> tuple[Dominance, ...]:
        """Return who outdoes a member; clear cases first."""
        dominances: list[Dominance] = []
        for other, name in enumerate(self.names):
            x, y = self.advantages_of(other, index)
            # No figure that is not known is at least as good as another.
            if x.value >= 0 and y.value >= 0 and (x.value > 0 or y.value > 0):
                dominances.append(
                    Dominance(name, x.times(self.x.sign), y.times(self.y.sign))
                )
        return tuple(sorted(dominances, key=lambda each: not each.is_clear))

    def is_clearly_undominated(self, index: int) -> bool:
        """Return whether it is beyond chance that nobody outdoes a member.

        Members without a place take no part.
        """
        others = (other for other in range(len(self.names)) if other != index)
        duels = (self.advantages_of(index, other) for other in others)
        return all(
            any(difference.low > 0 for difference in pair)
            or all(map(_is_beyond_chance, pair))
            for pair in duels
            if all(difference.is_known for difference in pair)
        )


def _frontier_member(
    differences: _PairwiseDifferences, index: int, result: Result, axes: tuple[str, str]
) -> FrontierMember:
    """Build one member from its run, and from the duels with all others."""
    dominances = differences.dominances(index)
    x, y = (result[name] for name in axes)
    is_known = x.is_known and y.is_known
    return FrontierMember(
        name=differences.names[index],
        result=result,
        x=x,
        y=y,
        dominated_by=dominances,
        is_clear=dominances[0].is_clear
        if dominances
        else is_known and differences.is_clearly_undominated(index),
    )


# ----------------------------------------------------------------------------- running


def _sum_sides(job: Job, blocks: list[tuple[Block, Tables]]) -> list[Totals]:
    return [sum_block(block, tables, job.size) for block, tables in blocks]


def frontier(
    companies: Mapping[str, Recoverer] | Iterable[Recoverer],
    world: World | None = None,
    *,
    x: str = "cost",
    y: str = "retention",
    customers: int = CUSTOMERS,
    months: int = MONTHS,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """Find out which policies are not outdone in two outcomes at once.

    All of them meet the same customers with the same luck. One is outdone by another
    that is at least as good in both outcomes and better in one; whether higher or
    lower is better, the outcomes know. Each pair has an interval of its own, so among
    many pairs a few will seem clear by chance. Where an outcome of a member is not
    known, such as the share of nothing, it has no place among the others.

    Args:
        companies: A company, an engine or a policy by name; or a list, where each goes
            by the name of its company.
        world: The customers and the failures of all; `shop` unless given.
        x: An outcome.
        y: Another.
        customers: How many.
        months: How long.
        seed: Names the luck.
        executor: Who does the work; any of `concurrent.futures`, or like it.
        progress: Is told how far it is.

    Raises:
        InvalidValueError: An argument cannot be.

    Source: the efficient frontier of Pareto; here of what recovery costs and keeps.

    Example:
        >>> from recovery_core import Money
        >>> from recovery_core.policy import Reimbursement, capped
        >>> family = {
        ...     "half": capped(Reimbursement(), at=Money("25.00", "EUR")),
        ...     "all": Reimbursement(),
        ... }
        >>> found = frontier(family, y="at_once", customers=1_000, months=3)
        >>> [each.name for each in found.efficient]
        ['half', 'all']
    """
    family = _companies_by_name(companies)
    customers = check_customers(customers)
    if outcome_of(x) == outcome_of(y):
        raise InvalidValueError(f"x and y are both {x!r}: give two outcomes")
    here = world_or_shop(world)
    sides = tuple(CompanyInWorld(company, here) for company in family.values())
    job = Job(sides=sides, months=months, seed=seed, reduce=_sum_sides).grouped(
        customers
    )
    # All members of a block are in memory at once.
    block = max(_LEAST, BLOCK // len(sides))
    span = (0, customers)
    blocks = run_job(job, span, block=block, executor=executor, progress=progress)
    results = [
        Result(
            side.company, here, customers, job.months, job.seed, Totals.joined(parts)
        )
        for side, parts in zip(sides, zip(*blocks, strict=True), strict=True)
    ]
    members = _compare_members([*family], results, (x, y))
    return Frontier(x, y, members)


def _compare_members(
    names: list[str], results: list[Result], axes: tuple[str, str]
) -> tuple[FrontierMember, ...]:
    """Return every member, set against every other in both outcomes."""
    x, y = (_outcome_of_members(axis, results) for axis in axes)
    differences = _PairwiseDifferences(names, x, y)
    return tuple(
        _frontier_member(differences, index, result, axes)
        for index, result in enumerate(results)
    )


_LEAST: Final = 1 << 12


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.strip():
        raise InvalidValueError(
            f"no company can be called {name!r:.80}: give each a text as its name"
        )


def _is_named(companies: object) -> TypeGuard[Mapping[str, Recoverer]]:
    return isinstance(companies, Mapping)


def _companies_by_name(
    companies: Mapping[str, Recoverer] | Iterable[Recoverer],
) -> dict[str, Company]:
    """Return the companies by name; refuse names that are missing or given twice."""
    untyped: object = companies
    if _is_named(companies):
        for name in companies:
            _check_name(name)
        family = {name: company_of(each) for name, each in companies.items()}
    elif isinstance(untyped, str) or not isinstance(untyped, Iterable):
        raise InvalidValueError(
            f"companies cannot be {companies!r:.80}: give companies, engines or "
            "policies by name, or a list of them"
        )
    else:
        listed = [company_of(each) for each in cast("Iterable[Recoverer]", companies)]
        family = {company.name: company for company in listed}
        if len(family) < len(listed):
            raise InvalidValueError(
                f"of {len(listed)} companies some have the same name: give a "
                "mapping of name to company"
            )
    if not family:
        raise InvalidValueError(
            "there is nobody to set side by side: give one at least"
        )
    return family
