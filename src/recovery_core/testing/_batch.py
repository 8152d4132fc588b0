"""Promise that deciding many claims at once comes to what deciding one does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from .._domain.claim import Claim
from .._domain.remedy import Award
from ..errors import MissingPackageError, PolicyError
from ..tables import Table
from ..tables.decision import facts_of_row
from ..tables.domains import Plain
from ._contract import Contract
from ._search import Promise
from .boundaries import boundary_rows, build_claim_read_as_row

__all__ = ["build_batch_agreement_promise"]

_ROWS = 24


def build_batch_agreement_promise(
    contract: Contract[Claim, Award], table: Table
) -> Promise[Claim, Award]:
    """Promise that the reader of arrays decides as the reader of one claim does.

    Args:
        contract: Who promises.
        table: The table; where NumPy is missing, or the table is refused for arrays,
            the promise is never tried.
    """
    text = "it decides many claims at once as it decides each alone"

    def check_and_say_if_tested(
        _claim: Claim, _award: Award, rows: Sequence[dict[str, Plain]]
    ) -> bool:
        decisions = _outcomes_and_minor_units_or_empty(table, rows)
        for row, in_batch in zip(rows, decisions, strict=False):
            alone = table.compiled(row)
            if alone != in_batch:
                raise contract.broken_promise_error(
                    text,
                    build_claim_read_as_row(table, facts_of_row(table.inputs, row)),
                    f"alone: {alone[1]} minor units by {alone[0]!r}",
                    f"among {len(rows)}: {in_batch[1]} minor units by {in_batch[0]!r}",
                )
        return bool(decisions)

    beside = st.lists(boundary_rows(table), min_size=1, max_size=_ROWS)
    why = "NumPy is missing: install the extra batch; or arrays cannot say this table"
    return Promise(
        text=text,
        check_and_say_if_tested=check_and_say_if_tested,
        beside=beside,
        usual=(),
        why=why,
    )


def _outcomes_and_minor_units_or_empty(
    table: Table, rows: Sequence[dict[str, Plain]]
) -> list[tuple[str, int]]:
    """Decide rows at once; nothing where that cannot be done here."""
    try:
        from ..tables.batch.run import decide  # noqa: PLC0415 - an extra

        data: dict[str, Any] = {
            column.name: [row[column.name] for row in rows] for column in table.inputs
        }
        decisions = decide(table, data)
    except (MissingPackageError, PolicyError):
        return []
    places: list[int] = decisions.outcome.tolist()
    minor: list[int] = decisions.minor.tolist()
    labels = [decisions.outcomes[place] for place in places]
    return [*zip(labels, minor, strict=True)]
