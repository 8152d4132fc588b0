"""An experiment: a world, companies, and what is tried on them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, cast

import attrs

from ..._domain import checks
from ..._domain.frozen_mapping import FrozenMapping
from ...errors import InvalidValueError
from ..company import Company, Recoverer, company_of
from ..runs.arguments import check_customers, check_months, check_seed
from ..runs.blocks import Progress
from ..runs.compare import Comparison, compare
from ..runs.paradox import Paradox, paradox
from ..runs.run import CUSTOMERS, MONTHS, Result, simulate
from ..sweeps.design import design_of
from ..sweeps.sweep import Build, check_build, read_outcomes, read_seeds, sweep
from ..sweeps.swept import Sweep
from ..world.world import World
from ..world.worlds import shop
from .places import suggest_names

__all__ = ["Experiment"]


def _as_companies(companies: Mapping[str, Recoverer]) -> Mapping[str, Company]:
    """Return companies by name, built from engines and policies if need be."""
    if not isinstance(cast("object", companies), Mapping) or not companies:
        raise InvalidValueError(
            f"companies cannot be {companies!r:.60}: give a company, an engine or a "
            "policy by name"
        )
    return FrozenMapping(
        {
            str(name): _named_company(name, recoverer)
            for name, recoverer in companies.items()
        }
    )


def _maybe_seeds(seeds: Iterable[int] | None) -> tuple[int, ...] | None:
    return None if seeds is None else read_seeds(seeds)


def _maybe_outcomes(outcomes: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if outcomes is None else read_outcomes(outcomes)


def _named_company(name: str, recoverer: Recoverer) -> Company:
    company = company_of(recoverer)
    return company if company is recoverer else attrs.evolve(company, name=name)


@attrs.frozen(kw_only=True)
class Experiment:
    """A world, companies that work in it, and what is to be tried.

    Args:
        world: The customers and the failures; `shop` unless given.
        companies: A company, an engine or a policy, by name.
        customers: How many customers.
        months: How long.
        seed: Names the luck.
        design: What a sweep tries: values by parameter, or points.
        build: Makes what is run at a point of the design; see `sweep`.
        seeds: Names the luck of each run of a point, or a number for so many; that of
            the experiment unless given.
        outcomes: What a sweep looks at, out of `OUTCOMES`; all of it unless given.

    Raises:
        InvalidValueError: A part cannot be.

    Example:
        >>> from recovery_core.policy import Reimbursement
        >>> plain = Experiment(companies={"plain": Reimbursement()}, customers=500)
        >>> plain.simulate().customers
        500
    """

    world: World = attrs.field(factory=shop, validator=checks.of_type(World))
    companies: Mapping[str, Company] = attrs.field(converter=_as_companies)
    customers: int = attrs.field(default=CUSTOMERS, converter=check_customers)
    months: int = attrs.field(default=MONTHS, converter=check_months)
    seed: int = attrs.field(default=0, converter=check_seed)
    design: Mapping[str, Iterable[Any]] | Sequence[Mapping[str, Any]] | None = None
    build: Build | None = attrs.field(default=None, validator=checks.maybe_function)
    seeds: tuple[int, ...] | None = attrs.field(default=None, converter=_maybe_seeds)
    outcomes: tuple[str, ...] | None = attrs.field(
        default=None, converter=_maybe_outcomes
    )

    def __attrs_post_init__(self) -> None:
        """Refuse what no run could be made of."""
        if (self.design is None) != (self.build is None):
            raise InvalidValueError(
                "a sweep needs both: give the design, and build, which makes what is "
                "run at each point"
            )
        if self.design is not None:
            check_build(self.build, design_of(self.design).names)

    def __getitem__(self, name: str) -> Company:
        """Look a company up.

        Raises:
            InvalidValueError: There is none of that name.
        """
        untyped: object = name
        if not isinstance(untyped, str) or name not in self.companies:
            raise InvalidValueError(
                f"there is no company {name!r:.80}: "
                f"{suggest_names(str(name), list(self.companies))}"
            )
        return self.companies[name]

    @property
    def _run_settings(self) -> dict[str, Any]:
        """The settings that every run has in common."""
        return {"customers": self.customers, "months": self.months, "seed": self.seed}

    def _one_company(self, name: str | None) -> Company:
        """Return the company of a name, or the only one there is."""
        if name is None and len(self.companies) > 1:
            raise InvalidValueError(
                f"there are {len(self.companies)} companies: say which, out of "
                f"{', '.join(self.companies)}"
            )
        return self[next(iter(self.companies)) if name is None else name]

    def pair(self, names: Sequence[str] = ()) -> tuple[str, str]:
        """Return the names of the two companies to compare.

        Args:
            names: Which; the only two there are unless given.

        Raises:
            InvalidValueError: They are not two, or there is none of that name.
        """
        pair_names = tuple(names) or tuple(self.companies)
        if len(pair_names) != 2:  # noqa: PLR2004
            all_names = ", ".join(self.companies)
            raise InvalidValueError(
                f"two companies are compared, not {len(pair_names)}: name a first and "
                f"a second, out of {all_names}"
            )
        for name in pair_names:
            self[name]
        return pair_names

    def simulate(
        self,
        company: str | None = None,
        *,
        block: int | None = None,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """Run one company; see `simulate`.

        Args:
            company: Its name; the only one there is unless given.
            block: How many customers are done at a time; as many as suit unless given.
            executor: Who does the work.
            progress: Is told how far it is.
        """
        return simulate(
            self._one_company(company),
            self.world,
            **self._run_settings,
            block=block,
            executor=executor,
            progress=progress,
        )

    def paradox(
        self,
        company: str | None = None,
        *,
        block: int | None = None,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> Paradox:
        """Measure the recovery paradox of one company; see `paradox`.

        Args:
            company: Its name; the only one there is unless given.
            block: How many customers are done at a time; as many as suit unless given.
            executor: Who does the work.
            progress: Is told how far it is.
        """
        return paradox(
            self._one_company(company),
            self.world,
            **self._run_settings,
            block=block,
            executor=executor,
            progress=progress,
        )

    def compare(
        self,
        first: str | None = None,
        second: str | None = None,
        *,
        until: Mapping[str, float] | None = None,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> Comparison:
        """Compare two of the companies; see `compare`.

        Args:
            first: Name of the one to compare with; the only two there are, in their
                order, unless both are given.
            second: Name of the other.
            until: How narrow the interval of an outcome has to be.
            executor: Who does the work.
            progress: Is told how far it is.
        """
        first_name, second_name = self.pair(
            [name for name in (first, second) if name is not None]
        )
        return compare(
            self[first_name],
            self[second_name],
            self.world,
            **self._run_settings,
            until=until,
            executor=executor,
            progress=progress,
        )

    def sweep(
        self,
        *,
        folder: str | os.PathLike[str] | None = None,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> Sweep:
        """Run every point of the design; see `sweep`.

        Args:
            folder: Where to keep what is done.
            executor: Who does the work.
            progress: Is told after every run.

        Raises:
            InvalidValueError: There is no design.
        """
        if self.design is None or self.build is None:
            raise InvalidValueError(
                "there is nothing to sweep: write [sweep], or give design= and build="
            )
        return sweep(
            self.build,
            self.design,
            customers=self.customers,
            months=self.months,
            seeds=(self.seed,) if self.seeds is None else self.seeds,
            outcomes=self.outcomes,
            folder=folder,
            executor=executor,
            progress=progress,
        )
