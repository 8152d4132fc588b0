"""What two columns of one name have in common: values, and how they are computed."""

from __future__ import annotations

from ..column import Column
from ..column_type import are_same_function
from ..domains import Choices, Domain, Integers, Plain, Sums

__all__ = [
    "common_choices_or_none",
    "common_code_span",
    "explain_incomparability",
    "is_computed_otherwise",
]


def is_computed_otherwise(old: Column, new: Column) -> bool:
    """Return whether either is computed, and not both by one function from the same."""
    if old.function is None and new.function is None:
        return False
    old_traits, new_traits = (
        (column.domain, column.is_optional, [source.name for source in column.inputs])
        for column in (old, new)
    )
    return old_traits != new_traits or not are_same_function(old.function, new.function)


def explain_incomparability(old: Column, new: Column) -> str:
    """Return why no value means the same in two columns; empty where one does."""
    if type(old.domain) is not type(new.domain):
        return f"{old.name} holds {old.domain}, and then {new.domain}"
    old_unit, new_unit = _currency_or_unit(old.domain), _currency_or_unit(new.domain)
    if old_unit != new_unit:
        return f"{old.name} counts {old_unit}, and then {new_unit}"
    low, high = common_code_span(old.domain, new.domain)
    return f"no value of {old.name} fits both tables" if low > high else ""


def _currency_or_unit(domain: Domain) -> str:
    """Return what a domain counts in; empty where it counts nothing."""
    if isinstance(domain, Sums):
        return domain.currency
    return (domain.unit or "ones") if isinstance(domain, Integers) else ""


def common_choices_or_none(old: Domain, new: Domain) -> list[Plain] | None:
    """List the choices that both domains have; None where either has no choices."""
    if isinstance(old, Choices) and isinstance(new, Choices):
        return [name for name in old.values if name in new.values]
    return None


def common_code_span(old: Domain, new: Domain) -> tuple[int, int]:
    """Return the first and the last code in both; the first is larger where none is.

    Choices are counted anew, among those in both: a choice may have another code in
    each of the two domains.
    """
    choices = common_choices_or_none(old, new)
    if choices is not None:
        return 0, len(choices) - 1
    return max(old.least, new.least), min(old.most, new.most)
