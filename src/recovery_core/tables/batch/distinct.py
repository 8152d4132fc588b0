"""A plain policy that says what it reads: asked once for each distinct combination."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np

from ..._domain.remedy import Award
from ...errors import CurrencyMismatchError, PolicyError
from ..amounts import Fixed, Formula
from ..column import Column
from ..declared_policy import Bands, DeclaredPolicy
from ..domains import Plain
from ..rules import Rule
from .arrays import Array
from .claims import Chunk
from .composition_reader import label_from_reasons, uncomputed_columns
from .mixed_radix import Digit
from .payouts import PayoutTable
from .per_combination import CombinationMemo
from .plans import Route

__all__ = ["DistinctPlan"]


@attrs.define(eq=False)
class DistinctPlan:
    """Decide many claims by a function, asked once for each combination that occurs.

    Args:
        policy: The policy.
    """

    policy: DeclaredPolicy
    labels: list[str] = attrs.field(factory=list[str], init=False)
    route: Route = attrs.field(default=Route.DISTINCT, init=False)
    _outcomes: list[int] = attrs.field(factory=list[int], init=False)
    _priced: list[tuple[str, Formula | None]] = attrs.field(
        factory=list[tuple[str, Formula | None]], init=False
    )
    _places: dict[Rule | Award, int] = attrs.field(
        factory=dict[Rule | Award, int], init=False
    )
    _memo: CombinationMemo = attrs.field(init=False)
    _payouts: PayoutTable | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin with nothing asked."""
        digits = [
            Digit.from_piece_starts(band.column, band.starts)
            if isinstance(band, Bands)
            else Digit.with_a_piece_per_value(band)
            for band in self.policy.bands
        ]
        self._memo = CombinationMemo(digits, self._ask_and_number_answer)

    @property
    def name(self) -> str:
        """The name of the policy."""
        return self.policy.name

    @property
    def hash(self) -> str:
        """The content hash of the policy."""
        return self.policy.hash

    @property
    def calls(self) -> int:
        """How often the function was asked so far."""
        return self._memo.calls

    @property
    def columns(self) -> tuple[Column, ...]:
        """What it declares, without what is computed."""
        return uncomputed_columns(self.policy.columns)

    @property
    def inputs(self) -> tuple[Column, ...]:
        """What it declares and what its amounts were found to read."""
        counted = [c for _, w in self._priced if w is not None for c in w.columns]
        return uncomputed_columns((*self.policy.columns, *counted))

    @property
    def currency(self) -> str | None:
        """The currency of its answers so far."""
        return next((w.currency for _, w in self._priced if w is not None), None)

    def _ask_and_number_answer(self, codes: tuple[int, ...]) -> int:
        """Ask the function, and number its answer."""
        answer = self.policy.answer_for_codes(codes)
        if answer not in self._places:
            label, worth = _label_of_answer(answer), _formula_of_answer(answer)
            currency = self.currency
            if worth is not None and currency not in {None, worth.currency}:
                raise CurrencyMismatchError(
                    f"{self.name} gives {currency} and {worth.currency}: make one "
                    "policy for each currency"
                )
            if label not in self.labels:
                self.labels.append(label)
            self._outcomes.append(self.labels.index(label))
            self._priced.append((label, worth))
            self._places[answer] = len(self._places)
            # The table of payouts is built anew once a chunk has met something new.
            self._payouts = None
        return self._places[answer]

    def decide_chunk(self, chunk: Chunk, minor_out: Array) -> Array:
        """Find the answer to every claim, then work out what it costs."""
        codes = [chunk.codes(column) for column in self.policy.columns]
        answers = self._memo.answers_for_rows(codes, chunk.rows)
        if self._payouts is None:
            self._payouts = PayoutTable.of_formulas(self._priced, self.name)
        self._payouts.write_payouts(minor_out, answers, chunk)
        return np.array(self._outcomes, np.int32)[answers]

    def label_and_minor_of_row(self, row: Mapping[str, Plain]) -> tuple[str, int]:
        """Ask the function about the claim's own values, whatever band they lie in.

        Raises:
            PolicyError: It answers otherwise for the lowest value of the band.
        """
        policy = self.policy
        codes = policy.read_codes(row)
        answer, lowest = (
            policy.answer_for_codes(codes),
            policy.answer_for_codes(policy.first_codes_of_bands(codes)),
        )
        if answer != lowest:
            raise PolicyError(
                f"{self.name} answers {_label_of_answer(answer)!r} for {row} and "
                f"{_label_of_answer(lowest)!r} for the lowest values of the same "
                "bands: it depends on more than it declares, so add a cut, or "
                "name the column"
            )
        worth = policy.award_for_answer(answer, row).worth
        return _label_of_answer(answer), 0 if worth is None else worth.minor


def _label_of_answer(answer: Rule | Award) -> str:
    return answer.code if isinstance(answer, Rule) else label_from_reasons(answer)


def _formula_of_answer(answer: Rule | Award) -> Formula | None:
    """Return what an answer is worth; None where nothing is given."""
    if isinstance(answer, Rule):
        return answer.worth
    return None if answer.worth is None else Fixed(answer.worth)
