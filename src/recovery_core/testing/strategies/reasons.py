"""Money, facts, and the reasons that read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..._domain._currencies import EXPONENTS
from ..._domain.money import MAX_MINOR, Money
from ..._domain.reason import Fact, Facts, Reason
from ._build import cached_strategy
from .plain import days, durations, moments, shares, texts, whole_numbers

AFFORDABLE: Final = 10**12
"""The most minor units one remedy is drawn with: thousands of them still add up."""


@cached_strategy
def currencies() -> SearchStrategy[str]:
    """Draw currency codes in force, often with no, two, three or four decimals.

    Returns:
        A strategy for ISO 4217 codes.
    """
    usual = st.sampled_from(["EUR", "JPY", "KWD", "CLF"])
    return usual | st.sampled_from(sorted(EXPONENTS))


@cached_strategy
def monies(
    currency: str | None = None,
    *,
    min_minor: int = -MAX_MINOR,
    max_minor: int = MAX_MINOR,
) -> SearchStrategy[Money]:
    """Draw amounts, often at the ends of the range and around nothing.

    Args:
        currency: The only currency to draw; any if not given.
        min_minor: The least.
        max_minor: The most.

    Returns:
        A strategy for `Money`.

    Units: min_minor and max_minor in minor units, such as cents.
    """
    codes = currencies() if currency is None else st.just(currency)
    return st.builds(Money.from_minor, whole_numbers(min_minor, max_minor), codes)


@cached_strategy
def fact_values() -> SearchStrategy[Fact]:
    """Draw what one fact can be, of every sort.

    Returns:
        A strategy for the values of `Facts`.
    """
    return st.one_of(
        st.booleans(),
        whole_numbers(-(10**6), 10**6),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        shares(),
        monies(),
        days(),
        moments(),
        durations(),
    )


@cached_strategy
def _few_facts_by_name() -> SearchStrategy[dict[str, Fact]]:
    names = st.sampled_from(["arrival_delay", "fare", "is_member"]) | texts()
    return st.dictionaries(names, fact_values(), max_size=3)


@cached_strategy
def _few_facts() -> SearchStrategy[Facts]:
    return st.builds(Facts, _few_facts_by_name())


def facts(
    known: Mapping[str, SearchStrategy[Fact]] | None = None,
) -> SearchStrategy[Facts]:
    """Draw facts, none at all included; or exactly those that a rule relies on.

    Args:
        known: By name what each fact can be; all of them are drawn and no others.
            Any few facts if not given.

    Returns:
        A strategy for `Facts`.

    Example:
        >>> delays = facts({"minutes_late": st.integers(0, 600)})
    """
    if known is None:
        return _few_facts()
    return st.fixed_dictionaries(dict(known)).map(Facts)


@cached_strategy
def reasons() -> SearchStrategy[Reason]:
    """Draw reasons, with and without the values they read.

    Returns:
        A strategy for `Reason`.
    """
    codes = st.sampled_from(["offer-expired", "blameless"]) | texts()
    return st.builds(Reason, codes, texts(), facts())
