"""What the company does and what customers feel, once for every situation there is.

All that a plug or a reaction model can see takes few values. So the production engine
is asked once for each situation that occurs, the reaction models once for each
encounter, and both engines of this laboratory look the answers up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, Final, NamedTuple

import attrs
import numpy as np

from ...errors import InvalidValueError
from ..company import Company
from ..reactions.pipeline import collect_personal_fields_read
from ..world.world import World
from .endings import ENDED, SILENT, ending_to_int_row
from .engine_paths import EnginePaths, Stand
from .interning import Interner, Ints, Rows
from .plug_memo import HISTORY, PROOF, YEARS_KNOWN
from .satisfaction import (
    EMPATHY,
    RECOVERIES,
    RELATION,
    Personal,
    Reaction,
    compute_reaction,
)
from .situations import CustomerMove, Ending, Situation

__all__ = ["OPENING", "YEARS", "Tables"]

YEARS: Final = 9
"""A relationship of more years counts as one of so many."""

_MOST_CODES: Final = 1 << 62
OPENING: Final = (
    *("risk", "severity", "facts", "is_compound", "tier", "is_detected", "step"),
    *("years", "blames_firm", "has_proof", "is_over"),
)
"""Columns of a month by which the openings of cases are told apart."""
_ONLY_IF: Final = {"years": YEARS_KNOWN, "has_proof": PROOF}
"""What makes no difference until it was seen to be looked at."""
_PERSONAL: Final[Mapping[str, str]] = {
    "expectation": "expectation",
    "empathy": "empathy",
    "relation": "relationship",
    "recent_failures": "earlier_failures",
    "last_recovery": "last_recovery",
}


def _split_into_digits(code: int, shape: Sequence[int]) -> tuple[int, ...]:
    """Split a code into its digits, mixed radix, the last digit first out."""
    digits: list[int] = []
    for radix in reversed(shape):
        code, digit = divmod(code, radix)
        digits.append(digit)
    return tuple(reversed(digits))


class _Known(NamedTuple):
    """A situation with what the customer did, and where that leads.

    Args:
        situation: What the company sees.
        moves: What the customer did.
        stand: Where the case stands.
        ending: The same in this situation's hours.
    """

    situation: Situation
    moves: tuple[CustomerMove, ...]
    stand: Stand
    ending: Ending


class Tables:
    """Endings and reactions by number; what is new is worked out and kept.

    Args:
        company: Whose cases.
        world: Whose customers.
    """

    company: Company
    world: World
    risks: tuple[tuple[int, int], ...]
    ending: Rows
    reaction: Rows
    personal_column_names: tuple[str, ...]
    is_read: dict[str, bool]

    def __init__(self, company: Company, world: World) -> None:
        """Begin with nothing worked out."""
        self.company, self.world = company, world
        self._paths = EnginePaths(company, world)
        self._seen = self._paths.inquiry.inputs_observed
        self.risks = world.risks
        self.ending = Rows(ENDED)
        self.reaction = Rows(Reaction._fields)
        self._known: list[_Known] = []
        self._endings: dict[tuple[Stand, int], Ending] = {}
        self._felt: dict[tuple[Any, ...], int] = {}
        self._next = np.full((64, len(CustomerMove) + 1), -1, np.int64)
        self._histories: list[tuple[int, tuple[int, ...]]] = []
        self._history_ids: dict[tuple[int, tuple[int, ...]], int] = {}
        self._shape = self._count_values_of_opening_columns()
        self._personal_shape = self._count_values_of_personal_columns()
        self.personal_column_names = tuple(
            name
            for name, radix in zip(Personal._fields, self._personal_shape, strict=True)
            if radix > 1
        )
        if prod(self._shape) > _MOST_CODES:
            raise InvalidValueError(
                "the situations of this world cannot be numbered: give fewer facts, "
                "values of facts, tiers or causes"
            )
        self._cases_by_situation = Interner(self._append_opened_case)
        self._numbers_by_history = Interner(
            lambda bits: self._append_history((bits, ()))
        )
        self._reactions_by_encounter = Interner(self._find_or_add_reaction_of_code)
        self._numbers_by_history.find_or_add_number(0)

    @property
    def silence(self) -> int:
        """Return the step behind the ladder: nobody ever answers."""
        return len(self.company.response_hours_grid)

    @property
    def situation_count(self) -> int:
        """Count the situations that occurred, after each of the customers' moves."""
        return len(self._known)

    @property
    def walk_count(self) -> int:
        """Count how often the production engine was walked through for them."""
        return self._paths.walk_count

    @property
    def inputs_observed(self) -> int:
        """Count the sorts of things that plugs were seen to look at."""
        return len(self._seen)

    @property
    def reads_history(self) -> bool:
        """Return whether a plug was seen to look at earlier claims."""
        return HISTORY in self._seen

    def _count_values_of_opening_columns(self) -> tuple[int, ...]:
        facts = max(prod(len(s.values) for _, s in m.facts) for m in self.world.modes)
        tiers, steps = len(self.world.population.tiers), self.silence + 1
        years = YEARS + 2 if self.company.records.tenure else 1
        modes, blames = self.world.modes, self.world.population.blames_firm
        compound, detected, blaming, over = (
            1 + bool(occurs)
            for occurs in (
                any(mode.compound for mode in modes),
                any(mode.detected for mode in modes),
                blames,
                self.company.budget is not None,
            )
        )
        shape = (len(self.risks), 4, facts, compound, tiers, detected, steps, years)
        return (*shape, blaming, 2, over)

    def _count_values_of_personal_columns(self) -> tuple[int, ...]:
        reads = collect_personal_fields_read(self.world.reactions)
        sizes = {
            "expectation": len(self.world.population.expectation.values),
            "empathy": EMPATHY + 1,
            "relation": RELATION + 1,
            "recent_failures": 3,
            "last_recovery": len(RECOVERIES),
        }
        self.is_read = {name: _PERSONAL[name] in reads for name in sizes}
        return (2, 2, *[n if self.is_read[name] else 1 for name, n in sizes.items()])

    # --------------------------------------------------------------- earlier claims

    def _append_history(self, history: tuple[int, tuple[int, ...]]) -> int:
        number = self._history_ids[history] = len(self._histories)
        if number * prod(self._shape) > _MOST_CODES:
            raise InvalidValueError(
                "the situations of this world cannot be numbered with all that is on "
                "record: give fewer facts or values of facts, or a ClaimMemory of "
                "fewer months or without amounts"
            )
        self._histories.append(history)
        return number

    def find_or_add_history_number(self, bits: int, awards: tuple[int, ...]) -> int:
        """Return a number for what is remembered of earlier claims and awards."""
        found = self._history_ids.get((bits, awards))
        return self._append_history((bits, awards)) if found is None else found

    def find_or_add_history_numbers(self, bits: Ints) -> Ints:
        """Return numbers for what is remembered of claims, without amounts.

        Shape: as `bits`.
        """
        return self._numbers_by_history.find_or_add_numbers(bits)

    # -------------------------------------------------------------------- the cases

    def find_or_add_opened_cases(
        self, columns: Mapping[str, Any], history: Any, count: int
    ) -> Ints:
        """Look up how cases stand once they are opened and the company has answered.

        Args:
            columns: Whole numbers by name, each an array or the same for all.
            history: The numbers of what is remembered.
            count: How many cases there are.

        Shape: one number for each case.
        """
        codes = np.zeros(count, np.int64)
        if HISTORY in self._seen:
            codes += history
        for name, radix in zip(OPENING, self._shape, strict=True):
            if radix > 1:
                codes *= radix
                if _ONLY_IF.get(name) in {None, *self._seen}:
                    codes += columns[name]
        return self._cases_by_situation.find_or_add_numbers(codes)

    def _append_opened_case(self, code: int) -> int:
        history, code = divmod(code, prod(self._shape))
        digit = dict(zip(OPENING, _split_into_digits(code, self._shape), strict=True))
        mode, cause = self.risks[digit["risk"]]
        spreads = [spread for _, spread in self.world.modes[mode].facts]
        bits, awards = self._histories[history]
        situation = Situation(
            mode=mode,
            cause=cause,
            severity=digit["severity"] + 1,
            facts=_split_into_digits(digit["facts"], [len(s.values) for s in spreads]),
            is_compound=bool(digit["is_compound"]),
            tier=digit["tier"],
            is_detected=bool(digit["is_detected"]),
            step=digit["step"],
            history=bits,
            awards=awards,
            years=digit["years"] - 1,
            blames_firm=bool(digit["blames_firm"]),
            has_proof=bool(digit["has_proof"]),
            is_over=bool(digit["is_over"]),
        )
        if situation.step == self.silence:
            stand = self._paths.stand_if_never_answered(situation)
            return self._append_known_case(_Known(situation, (), stand, SILENT))
        return self._append_case_at_stand(
            situation, (), self._paths.stand_after_opening(situation)
        )

    def _append_case_at_stand(
        self, situation: Situation, moves: tuple[CustomerMove, ...], stand: Stand
    ) -> int:
        """Note where a case stands, in the hours of its step of the ladder."""
        ending = self._endings.get((stand, situation.step))
        if ending is None:
            ending = self._ending_at_step(stand, situation.step)
            self._endings[stand, situation.step] = ending
        return self._append_known_case(_Known(situation, moves, stand, ending))

    def _ending_at_step(self, stand: Stand, step: int) -> Ending:
        hours, ending = self.company.response_hours_grid[step], stand.ending
        spent = ending.resolution_hours - ending.cycle * ending.response_hours
        return attrs.evolve(
            ending, response_hours=hours, resolution_hours=spent + ending.cycle * hours
        )

    def _append_known_case(self, known: _Known) -> int:
        number = self.ending.append_and_number(
            ending_to_int_row(known.ending, self.world.quick_hours)
        )
        self._known.append(known)
        if number == len(self._next):
            self._next = np.concatenate([self._next, np.full_like(self._next, -1)])
        return number

    def find_or_add_moved_cases(self, cases: Ints, moves: Ints) -> Ints:
        """Look up how cases stand after the customers' next moves.

        Args:
            cases: Where they stand.
            moves: A `CustomerMove` for each.

        Shape: one number for each case.
        """
        places = cases * self._next.shape[1] + moves
        numbers: Ints = self._next.ravel()[places]
        if numbers.size and int(numbers.min()) < 0:
            new = numbers < 0
            pairs = zip(cases[new].tolist(), moves[new].tolist(), strict=True)
            for number, move in dict.fromkeys(pairs):
                self._next[number, move] = self._append_moved_case(
                    number, CustomerMove(move)
                )
            numbers = self._next.ravel()[places]
        return numbers

    def _append_moved_case(self, number: int, move: CustomerMove) -> int:
        known = self._known[number]
        moves = (*known.moves, move)
        stand = self._paths.stand_after_move(known.stand, known.situation, moves)
        return self._append_case_at_stand(known.situation, moves, stand)

    # ------------------------------------------------------------------ the reactions

    def find_or_add_reactions(self, cases: Ints, persons: Mapping[str, Any]) -> Ints:
        """Look up what is felt.

        Args:
            cases: Where the cases stand.
            persons: Whole numbers, by those names of `Personal` that
                `personal_column_names` holds.

        Shape: one number for each case.
        """
        codes = cases.copy()
        for name, radix in zip(Personal._fields, self._personal_shape, strict=True):
            if radix > 1:
                codes *= radix
                codes += persons[name]
        return self._reactions_by_encounter.find_or_add_numbers(codes)

    def _find_or_add_reaction_of_code(self, code: int) -> int:
        number, code = divmod(code, prod(self._personal_shape))
        person = Personal(*_split_into_digits(code, self._personal_shape))
        situation, _, stand, ending = self._known[number]
        # What was done and given is alike for all who stand there.
        s = situation
        what = s.mode, s.cause, s.severity, s.is_compound
        sort = (stand, s.step, *what, person)
        found = self._felt.get(sort)
        if found is None:
            told = compute_reaction(self.world, situation, ending, person)
            found = self._felt[sort] = self.reaction.append_and_number(told)
        return found
