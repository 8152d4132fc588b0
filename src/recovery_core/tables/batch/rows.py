"""Any other policy: asked about each claim by itself."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np

from ..._domain.claim import Claim
from ..._domain.hashing import content_hash
from ..._domain.plugs import name_of
from ..._domain.remedy import Award
from ...errors import CurrencyMismatchError
from ...policy.base import CompensationPolicy
from ..column import Column
from ..compositions import build_claim_of_facts
from ..domains import Plain
from .arrays import Array
from .claims import Chunk
from .composition_reader import CompositionReader
from .plans import Route

__all__ = ["RowsPlan", "build_claim_from_row"]


def build_claim_from_row(
    row: Mapping[str, Plain], columns: tuple[Column, ...], case_id: str
) -> Claim:
    """Make the claim that a row tells of.

    A day column called ``failure_day`` says when the failure was, a money column
    called ``already_given`` what was given earlier on the case, a whole number called
    ``owed_bp`` which share the company owes, in basis points; every other column is a
    fact of its name.

    Args:
        row: Plain values by column name.
        columns: The columns.
        case_id: What the case is called.
    """
    facts = {
        column.name: fact
        for column in columns
        if (fact := column.fact(column.code(row[column.name]))) is not None
    }
    return build_claim_of_facts(facts, "one of many", case_id=case_id)


@attrs.define(eq=False)
class RowsPlan:
    """Decide many claims by asking a policy about one after the other.

    Args:
        policy: The policy.
        columns: What it reads.
    """

    policy: CompensationPolicy
    columns: tuple[Column, ...]
    currency: str | None = attrs.field(default=None, init=False)
    labels: list[str] = attrs.field(factory=list[str], init=False)
    route: Route = attrs.field(default=Route.ROWS, init=False)
    calls: int = attrs.field(default=0, init=False)
    _places: dict[str, int] = attrs.field(factory=dict[str, int], init=False)
    _reader: CompositionReader = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Replace its tables by what reads rows, not claims."""
        self._reader = CompositionReader(self.policy)

    @property
    def name(self) -> str:
        """The name of the policy, or of its class."""
        return name_of(self.policy)

    @property
    def hash(self) -> str:
        """The content hash of the policy."""
        return content_hash(self.policy)

    @property
    def inputs(self) -> tuple[Column, ...]:
        """What it reads."""
        return self.columns

    def decide_chunk(self, chunk: Chunk, minor_out: Array) -> Array:
        """Make a claim of every row, and ask."""
        codes = [chunk.codes(column).tolist() for column in self.columns]
        outcome = np.empty(chunk.rows, np.int32)
        for number in range(chunk.rows):
            row = {
                column.name: column.of(values[number])
                for column, values in zip(self.columns, codes, strict=True)
            }
            self.calls += 1
            label, cost = self._label_and_minor_of_claim(
                row, f"row {chunk.first_row + number}"
            )
            outcome[number] = self._places.setdefault(label, len(self._places))
            if outcome[number] == len(self.labels):
                self.labels.append(label)
            minor_out[number] = cost
        return outcome

    def label_and_minor_of_row(self, row: Mapping[str, Plain]) -> tuple[str, int]:
        """Ask about one claim, again."""
        return self._label_and_minor_of_claim(row, "claim")

    def _label_and_minor_of_claim(
        self, row: Mapping[str, Plain], case_id: str
    ) -> tuple[str, int]:
        award, label = self._reader.award_and_label(
            build_claim_from_row(row, self.columns, case_id)
        )
        return label, self._minor_units_in_one_currency(award)

    def _minor_units_in_one_currency(self, award: Award) -> int:
        worth = award.worth
        if worth is None:
            return 0
        if self.currency not in {None, worth.currency}:
            raise CurrencyMismatchError(
                f"{self.name} gives {self.currency} and {worth.currency}: make one "
                "policy for each currency"
            )
        self.currency = worth.currency
        return worth.minor
