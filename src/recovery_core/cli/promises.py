"""`recovery-core policy prove`: promises, for every claim there can be."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from .._domain.money import Money, money_on_record, parse_money_on_record
from ..policy import CompensationPolicy
from ..tables import Column, Table
from .facts import condition
from .show import DONE, NO, Answer, lines, note
from .sources import NotFoundError, PolicySource, load

if TYPE_CHECKING:
    from ..tables.prove import Proof

__all__ = ["add_promises", "prove_policy"]

_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")


def add_promises(parser: ArgumentParser) -> None:
    """Add the promises to a command."""
    promises = parser.add_argument_group("promises, each as often as wanted")
    for option, metavar, text in (
        ("--never-above", "AMOUNT", 'a money column, or a sum such as "EUR 600.00"'),
        (
            "--never-pays-when",
            "CONDITION",
            "name=value, name>=value or name<=value; commas join several that all hold",
        ),
        ("--rises-with", "COLUMN", "never pays less when this alone grows"),
        ("--falls-with", "COLUMN", "never pays more when this alone grows"),
        ("--never-less-than", "POLICY", "never pays less than another policy"),
        ("--equal-to", "POLICY", "pays the same as another policy"),
    ):
        promises.add_argument(
            option, action="append", default=[], metavar=metavar, help=text
        )


def prove_policy(args: Namespace) -> Answer:
    """Prove what was promised of a policy; or find the smallest claim against it."""
    policy = _provable_policy(load(args.policy, args.on))
    proofs = [*_run_proofs(policy, args)]
    if not proofs:
        raise NotFoundError("there is no promise to prove: see --help")
    held = all(proof.holds for proof in proofs)
    plain = [_proof_out(proof) for proof in proofs]
    return DONE if held else NO, plain, lambda: lines(map(str, proofs))


def _provable_policy(source: PolicySource) -> CompensationPolicy:
    """Return a policy as it is, and of a schedule the one version."""
    schedule = source.schedule
    if schedule is None:
        return source.policy
    besides = ", what it gives besides" if schedule.besides is not None else ""
    note(
        f"of {source.words} the version since {source.versions[-1][0]} is proved, "
        f"without its other versions{besides} and what is put around it"
    )
    return source.table


def _proof_out(proof: Proof) -> dict[str, Any]:
    plain = attrs.asdict(proof, recurse=False)
    for name in ("counterexample", "compared"):
        if plain[name] is not None:
            facts = plain[name].items()
            plain[name] = {
                key: value if isinstance(value, int | str) else str(value)
                for key, value in facts
            }
    for name in ("paid", "limit"):
        plain[name] = None if plain[name] is None else str(plain[name])
    return plain


def _run_proofs(policy: CompensationPolicy, args: Namespace) -> Iterator[Proof]:
    from ..tables import prove

    columns = _columns_by_name(policy)
    for text in args.never_above:
        yield prove.never_above(policy, _parse_limit(policy, text))
    for text in args.never_pays_when:
        yield prove.never_pays_when(policy, condition(columns, text))
    for name in args.rises_with:
        yield prove.rises_with(policy, _find_column(columns, name))
    for name in args.falls_with:
        yield prove.falls_with(policy, _find_column(columns, name))
    for other in args.never_less_than:
        yield prove.never_less_than(policy, _provable_policy(load(other, args.on)))
    for other in args.equal_to:
        yield prove.equal_to(policy, _provable_policy(load(other, args.on)))


def _parse_limit(policy: CompensationPolicy, text: str) -> Column | Money:
    """Read a sum with its currency, or name a money column."""
    columns = _columns_by_name(policy)
    if " " in text:
        return parse_money_on_record(text)
    if text not in columns and _NUMBER.fullmatch(text):
        codes = [table.currency for table in _tables_in(policy) if table.currency]
        total = money_on_record(text, codes[0] if codes else "EUR")
        raise NotFoundError(f'{text} says no currency: write "{total}"')
    return _find_column(columns, text)


def _tables_in(policy: CompensationPolicy) -> list[Table]:
    from ..tables.prove._policies import iter_tables

    return [*iter_tables(policy)]


def _columns_by_name(policy: CompensationPolicy) -> dict[str, Column]:
    tables = _tables_in(policy)
    return {c.name: c for table in tables for c in (*table.inputs, *table.columns)}


def _find_column(columns: dict[str, Column], name: str) -> Column:
    if name not in columns:
        raise NotFoundError(f"no {name!r} is read here, but {', '.join(columns)}")
    return columns[name]
