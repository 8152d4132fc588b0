"""What a composition is made of, and how its parts are told what a row holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, cast

import attrs

from ..._domain.basis_points import BASIS_POINTS
from ..._domain.claim import Claim
from ..._domain.money import MAX_MINOR
from ..._domain.plugs import name_of
from ..._domain.remedy import Award
from ...errors import InvalidValueError, WrongFactError
from ...policy.adjustments import award_rank
from ...policy.base import CompensationPolicy, ask_policy, format_plug
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
from ..column import Column
from ..compositions import (
    ALREADY_GIVEN,
    FAILURE_DAY,
    OWED,
    iter_policies,
    members_read_by_row,
    unwrap_policy,
)
from ..declared_policy import DeclaredPolicy
from ..domains import Days, Integers, Sums
from ..rules import Rule
from ..table import Table

__all__ = [
    "NOBODY",
    "NOT_YET",
    "CompositionReader",
    "collect_columns_read",
    "label_from_reasons",
    "uncomputed_columns",
]

NOBODY: Final = "nothing"
NOT_YET: Final = "not in force"

_MADE: Final = {
    Dated: Column(FAILURE_DAY, Days(date.min, date.max)),
    Owed: Column(OWED, Integers(0, BASIS_POINTS)),
}


def collect_columns_read(
    policy: object, declared_columns: Sequence[Column] | None
) -> tuple[Column, ...]:
    """Return what a policy reads, with its combinators.

    Args:
        policy: Tables and declared functions that are combined, or anything else.
        declared_columns: What the caller says that it reads; None where nothing is.

    Raises:
        InvalidValueError: Nobody says what a part of it reads.
    """
    policies = [*iter_policies(policy)]
    leaves = [part for part in policies if not members_read_by_row(part)]
    for leaf in leaves:
        if declared_columns is None and not isinstance(leaf, Table | DeclaredPolicy):
            raise _unknown_reads_error(leaf, policy)
    parts = [leaf for leaf in leaves if isinstance(leaf, Table | DeclaredPolicy)]
    columns_by_name = {
        column.name: column for part in parts for column in _columns_read_by_part(part)
    }
    # What the caller declares comes before what a table would read it as.
    columns_by_name |= {column.name: column for column in declared_columns or ()}
    for kind, column in _MADE.items():
        if any(isinstance(part, kind) for part in policies):
            columns_by_name.setdefault(column.name, column)
    if any(isinstance(part, SetOff) for part in policies):
        codes = {leaf.currency for leaf in leaves if isinstance(leaf, Table)} - {None}
        if len(codes) == 1:
            given = Column(ALREADY_GIVEN, Sums(str(*codes), 0, MAX_MINOR))
            columns_by_name.setdefault(ALREADY_GIVEN, given)
        elif ALREADY_GIVEN not in columns_by_name and (
            codes or not all(isinstance(leaf, Table) for leaf in leaves)
        ):
            raise _missing_currency_error()
    return tuple(columns_by_name.values())


def _columns_read_by_part(part: Table | DeclaredPolicy) -> tuple[Column, ...]:
    return part.inputs if isinstance(part, Table) else uncomputed_columns(part.columns)


def uncomputed_columns(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return columns once each, with what they are from in place of computed ones."""
    uncomputed = (
        source
        for column in columns
        for source in (column.inputs if column.function else (column,))
    )
    return tuple(dict.fromkeys(uncomputed))


def _missing_currency_error() -> InvalidValueError:
    """Build the error for a `set_off` of which nobody says the currency."""
    return InvalidValueError(
        "set_off takes off what was given earlier, in a currency that nobody says: "
        'give reads=[column.money("already_given", "EUR")], or that of your own'
    )


def _unknown_reads_error(leaf: object, policy: object) -> InvalidValueError:
    """Build the error for a part of a policy of which nobody says what it reads."""
    name = format_plug(cast("Any", leaf))
    where = (
        ""
        if leaf is unwrap_policy(policy)
        else f", in {format_plug(cast('Any', policy))}"
    )
    return InvalidValueError(
        f"nobody says what {name:.80} reads{where:.200}: it is no table, and not made "
        "by policy_reading; give reads=[columns], or make it with policy_reading, so "
        "that it is asked once for what is alike"
    )


def _award_of_declared_policy(policy: DeclaredPolicy, claim: Claim) -> Award:
    """Ask a declared function about a row.

    Raises:
        WrongFactError: What it gives goes by what it does not declare.
    """
    facts, answer = claim.failure.facts, _answer_for_bands(policy, claim)
    columns = answer.columns if isinstance(answer, Rule) else ()
    for column in uncomputed_columns(columns):
        if column.name not in facts and not column.is_optional:
            raise WrongFactError(
                f"{policy.name} pays by {column.name!r}, which it does not declare: "
                f"inside a combinator, give reads=[{column.name}]"
            )
    return policy.award_for_answer(answer, facts)


def _answer_for_bands(policy: DeclaredPolicy, claim: Claim) -> Rule | Award:
    """Ask a declared function about the lowest values of the bands of a claim."""
    return policy.answer_for_codes(
        policy.first_codes_of_bands(policy.read_codes(claim.failure.facts))
    )


# ------------------------------------------------------------------------- its labels


def label_from_reasons(award: Award) -> str:
    """Name an award by the reasons given for it."""
    codes = dict.fromkeys(reason.code for reason in award.because)
    return " + ".join(codes) or (NOBODY if award.is_empty else "an award")


class CompositionReader:
    """Ask a composition about rows, and name what it decides.

    Its parts read by name what they read from a claim: a row holds what a reader
    would find, such as whether a defence holds, and the claim that is made of it has
    no attribution to find it in.

    An outcome goes by the rules that speak. What changes an amount leaves the name of
    the rule; of several policies that are asked, those are named that gave something.
    A rule is named with its table where a table that speaks besides has a rule of that
    name.
    """

    def __init__(self, policy: CompensationPolicy) -> None:
        """Look for names that two tables share."""
        rooms = [*_iter_tables_with_rooms(policy, ())]
        pairs = {(room, label) for room, t in rooms for label in _iter_labels(t)}
        counts = Counter(label for _, label in pairs)
        self._shared = {label for label, count in counts.items() if count > 1}
        self._awards: dict[int, Award] = {}
        self._policy = policy
        self._asks = self._wrap_to_record_award(policy)

    def label_with_table_if_shared(self, table: Table, label: str) -> str:
        """Return a label, with its table where another has that label as well."""
        return f"{table.name}: {label}" if label in self._shared else label

    def award_and_label(self, claim: Claim) -> tuple[Award, str]:
        """Ask about a claim that was made of a row, and name the outcome."""
        self._awards.clear()
        return ask_policy(self._asks, claim), self._label_for_policy(
            self._policy, claim
        )

    def _wrap_to_record_award(self, wrapped: CompensationPolicy) -> CompensationPolicy:
        """Ask once about a claim, and keep the award for naming it."""
        policy = unwrap_policy(wrapped)
        row_policy = self._with_parts_reading_rows(policy)

        def record_award(claim: Claim, /) -> Award:
            award = row_policy(claim)
            self._awards[id(policy)] = award
            return award

        record_award.__qualname__ = name_of(
            policy
        )  # whoever breaks the contract is named
        return record_award

    def _with_parts_reading_rows(
        self, policy: CompensationPolicy
    ) -> CompensationPolicy:
        match policy:
            case Table():
                return lambda claim: policy.decision(claim.failure.facts).award
            case DeclaredPolicy():
                return lambda claim: _award_of_declared_policy(policy, claim)
            case First() | BestOf() | SumOf():
                members = tuple(map(self._wrap_to_record_award, policy.policies))
                return attrs.evolve(policy, policies=members)
            case Dated():
                versions = {
                    since: self._wrap_to_record_award(each)
                    for since, each in policy.versions
                }
                return attrs.evolve(policy, versions=versions)
            case Capped() | Floored() | Multiplied() | SetOff() | Owed():
                return attrs.evolve(
                    policy, policy=self._wrap_to_record_award(policy.policy)
                )
            case _:
                return policy

    def _label_for_policy(self, wrapped: CompensationPolicy, claim: Claim) -> str:
        policy = unwrap_policy(wrapped)
        match policy:
            case Table():
                return self.label_with_table_if_shared(
                    policy, policy.decision(claim.failure.facts).rule
                )
            case DeclaredPolicy():
                answer = _answer_for_bands(policy, claim)
                return (
                    answer.code
                    if isinstance(answer, Rule)
                    else label_from_reasons(answer)
                )
            case First() | BestOf() | SumOf():
                return self._label_for_several(policy, claim)
            case Dated():
                day = claim.failure_day
                begun = [each for since, each in policy.versions if since <= day]
                return self._label_for_policy(begun[-1], claim) if begun else NOT_YET
            case Capped() | Floored() | Multiplied() | SetOff() | Owed():
                return self._label_for_policy(policy.policy, claim)
            case _:
                return label_from_reasons(self._awards[id(policy)])

    def _label_for_several(self, policy: Any, claim: Claim) -> str:
        # Whoever stands behind the first that gives was not asked.
        asked = [
            each for each in policy.policies if id(unwrap_policy(each)) in self._awards
        ]
        awards = {id(each): self._awards[id(unwrap_policy(each))] for each in asked}
        if isinstance(policy, BestOf):
            best = max(asked, key=lambda each: award_rank(awards[id(each)]))
            return self._label_for_policy(best, claim)
        giving = [each for each in asked if not awards[id(each)].is_empty]
        if isinstance(policy, First):
            giving = giving[:1]
        return (
            " + ".join(self._label_for_policy(each, claim) for each in giving) or NOBODY
        )


def _iter_labels(table: Table) -> Iterator[str]:
    """Walk the labels of a table; those of single rules where more were too many."""
    decider = table.decider
    single = ((place,) for place in range(len(table.rows)))
    return map(
        decider.join_codes, decider.number_by_way if decider.can_list_ways else single
    )


def _iter_tables_with_rooms(
    policy: object, room: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], Table]]:
    """Walk the tables, each with the place among several that speak besides."""
    known = unwrap_policy(policy)
    if isinstance(known, Table):
        yield room, known
    apart = isinstance(known, First | BestOf | SumOf)
    for place, member in enumerate(members_read_by_row(known)):
        yield from _iter_tables_with_rooms(member, (*room, place) if apart else room)
