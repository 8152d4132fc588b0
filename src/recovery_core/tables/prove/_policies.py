"""ClaimNumber policies can be proved: tables, and what is exact about tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, get_args

from ..._domain.basis_points import BASIS_POINTS
from ..._domain.money import MAX_MINOR
from ...errors import PolicyError
from ...policy.base import format_plug
from ...policy.combinators import (
    Capped,
    Combinator,
    Dated,
    Floored,
    OnlyIf,
    Owed,
    SetOff,
)
from ..column import Column
from ..compositions import (
    ALREADY_GIVEN,
    FAILURE_DAY,
    OWED,
    iter_policies,
    members_read_by_row,
    unwrap_policy,
)
from ..domains import Days, Domain, Integers, Sums
from ..table import Table

__all__ = [
    "claim_columns_by_name",
    "find_only_currency",
    "format_policy_title",
    "iter_tables",
]

_READABLE: Final = sorted(
    kind.maker for kind in get_args(Combinator) if kind is not OnlyIf
)
"""What makes policies that can be looked into."""


def iter_tables(policy: object) -> Iterator[Table]:
    """Walk the tables in a policy.

    Raises:
        PolicyError: Something in it is none.
    """
    for each in iter_policies(policy):
        if isinstance(each, Table):
            yield each
        elif not members_read_by_row(each):
            raise _opaque_policy_error(each)


def _opaque_policy_error(policy: object) -> PolicyError:
    """Build the error that says why a policy cannot be proved, and the mend."""
    why = "nobody can look into a function"
    if isinstance(policy, OnlyIf):
        why = "only_if asks a function of the claim, and nobody can look into that"
    return PolicyError(
        f"{format_plug(policy):.80} cannot be proved, for {why}: give a table, a "
        f"schedule, or what {', '.join(_READABLE)} make of tables; "
        "recovery_core.testing.check_policy searches any other policy"
    )


def format_policy_title(policy: Any) -> str:
    """Name a policy by its tables and what is made of them.

    Raises:
        PolicyError: Something in it is none.
    """
    known = unwrap_policy(policy)
    if isinstance(known, Table):
        return known.name
    if not (members := members_read_by_row(known)):
        raise _opaque_policy_error(known)
    if known is not policy:
        return str(policy)
    return f"{known.maker}({', '.join(map(format_policy_title, members))})"


def find_only_currency(policy: Any) -> str | None:
    """Return the one currency a policy reckons in; None where it never pays.

    Raises:
        PolicyError: It reckons in several, or something in it is opaque.
    """
    known: dict[str, str] = {}
    for currency, who in _iter_currencies_with_origin(policy):
        known.setdefault(currency, who)
    if len(known) > 1:
        told = " and ".join(f"{code} ({who})" for code, who in known.items())
        raise PolicyError(
            f"{format_policy_title(policy)} cannot be proved: it reckons in "
            f"{told}; give all of it in one currency"
        )
    return next(iter(known), None)


def _iter_currencies_with_origin(policy: Any) -> Iterator[tuple[str, str]]:
    """Walk the currencies of tables, caps and floors, each with where it stands."""
    for table in iter_tables(policy):
        if table.currency is not None:
            yield table.currency, table.name
    for each in iter_policies(policy):
        if isinstance(each, Capped | Floored):
            yield each.at.currency, f"{each.maker} at {each.at}"


def claim_columns_by_name(policy: object) -> dict[str, Column]:
    """Name what the combinators of a policy read of a claim, each as a column.

    A column of that name in one of its tables is taken for it, as in arrays.

    Raises:
        PolicyError: A column of such a name holds something else, or may be missing.
    """
    every = [*iter_policies(policy)]
    kinds: dict[type, Column] = {
        Dated: Column(FAILURE_DAY, Days(date.min, date.max)),
        Owed: Column(OWED, Integers(0, BASIS_POINTS)),
    }
    if (currency := find_only_currency(policy)) is not None:
        kinds[SetOff] = Column(ALREADY_GIVEN, Sums(currency, 0, MAX_MINOR))
    known = {c.name: c for table in iter_tables(policy) for c in table.columns}
    found: dict[str, Column] = {}
    for kind, column in kinds.items():
        if any(isinstance(each, kind) for each in every):
            own = known.get(column.name, column)
            _check_claim_column(own, column.domain)
            found[own.name] = own
    return found


def _check_claim_column(column: Column, expected_domain: Domain) -> None:
    """Refuse a column of a taken name that holds something else."""
    is_plain = column.function is None and not column.is_optional
    if type(column.domain) is not type(expected_domain) or not is_plain:
        raise PolicyError(
            f"{column.name!r} is what a combinator reads of the claim, and another "
            "column of a table: it cannot be proved before the column is renamed"
        )
