"""The ways that cases go through the engine, each walked only once.

Between two questions the engine goes by nothing but the answers. So where the plugs
answer two claims alike, both cases go the same way, and only the hours may differ.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import attrs

from ..._domain.case import Case
from ...authority import Authority, unlimited
from ..company import Company
from ..world.world import World
from .case_driver import CaseDriver
from .endings import SILENT
from .plug_memo import Inquiry, PlugQuestion
from .situations import CustomerMove, Ending, Situation

__all__ = ["EnginePaths", "Stand"]


@attrs.frozen(eq=False)
class Stand:
    """The place at which all cases stand that went the same way.

    Args:
        ending: Where the first of them stands.
        step: Which step of the ladder that one was answered at.
        ways: How it goes on, by the customer's next move: a question, or a stand.
    """

    ending: Ending
    step: int
    ways: dict[Hashable, Any] = attrs.field(factory=dict[Hashable, Any])


@attrs.frozen(eq=False)
class _Walk:
    """A case, with what was asked and answered since the customer's last move."""

    case: Case
    trail: list[tuple[PlugQuestion, Hashable]]


class EnginePaths:
    """The ways of cases through the engine, each walked once and then looked up.

    Args:
        company: Whose cases.
        world: Whose customers.
    """

    driver: CaseDriver
    inquiry: Inquiry

    def __init__(self, company: Company, world: World) -> None:
        """Begin with nothing known."""
        self.inquiry = Inquiry(company.response_hours_grid)
        self.driver = CaseDriver(company, world, self.inquiry)
        self._stands_by_answers: dict[Hashable, Any] = {}
        self._unanswered_stands: dict[Hashable, Stand] = {}
        self._walks: dict[tuple[Situation, tuple[CustomerMove, ...]], _Walk] = {}
        self._depends_on_answers_alone = _has_authority_that_ignores_time(company)

    @property
    def walk_count(self) -> int:
        """Count how often the engine was walked through."""
        return len(self._walks)

    def stand_after_opening(self, situation: Situation) -> Stand:
        """Return where a case stands that was opened and answered."""
        return self._follow_known_answers_or_walk(
            self._stands_by_answers,
            self._engine_inputs_beyond_plug_answers(situation),
            situation,
            (),
        )

    def stand_if_never_answered(self, situation: Situation) -> Stand:
        """Return where a case stands that is never answered."""
        core = self._engine_inputs_beyond_plug_answers(situation)
        return self._unanswered_stands.setdefault(core, Stand(SILENT, situation.step))

    def stand_after_move(
        self, stand: Stand, situation: Situation, moves: tuple[CustomerMove, ...]
    ) -> Stand:
        """Return where a case stands after the last of the customer's moves.

        Args:
            stand: Where it stood before that.
            situation: What the company sees of it.
            moves: All moves of the customer so far.
        """
        return self._follow_known_answers_or_walk(
            stand.ways, moves[-1], situation, moves
        )

    def _engine_inputs_beyond_plug_answers(self, situation: Situation) -> Hashable:
        """Return what makes a difference to the engine whatever plugs answer."""
        s, driver = situation, self.driver
        if not self._depends_on_answers_alone:
            return s
        core = driver.loss_in_minor_units(s), s.tier, driver.owns_responsibility(s)
        return *core, s.is_detected, s.blames_firm, s.is_over

    def _follow_known_answers_or_walk(
        self,
        ways: dict[Hashable, Any],
        turn: Hashable,
        situation: Situation,
        moves: tuple[CustomerMove, ...],
    ) -> Stand:
        """Follow a way by its questions; walk one that is new, and remember them."""
        found = ways.get(turn)
        while isinstance(found, PlugQuestion):
            found = found.ways.get(found.effect_of_answer_for(situation))
        if found is not None:
            known: Stand = found
            return known
        walk = self._walk_case_once(situation, moves)
        for question, answer in walk.trail:
            ways, turn = ways.setdefault(turn, question).ways, answer
        ending = self.driver.build_ending(walk.case, situation)
        stand: Stand = ways.setdefault(turn, Stand(ending, situation.step))
        return stand

    def _walk_case_once(
        self, situation: Situation, moves: tuple[CustomerMove, ...]
    ) -> _Walk:
        """Walk a case through the engine, from where it stood if it has been there."""
        found = self._walks.get((situation, moves))
        if found is None:
            before = self._walk_case_once(situation, moves[:-1]) if moves else None
            trail: list[tuple[PlugQuestion, Hashable]] = []
            self.inquiry.trail = trail
            if before is None:
                case = self.driver.open_and_answer_case(situation)
            else:
                case = self.driver.make_move_and_answer(
                    before.case, situation, moves[-1]
                )
            found = self._walks[situation, moves] = _Walk(case, trail)
        return found


def _has_authority_that_ignores_time(company: Company) -> bool:
    """Return whether the engine asks nobody who is told the time but the plugs."""
    authority = company.engine.authority
    if isinstance(authority, Authority):
        return authority.spent_by is None
    return authority is None or authority is unlimited
