"""Paths onto a claim: what must not move an answer, and what else could stand there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any, Final, cast, get_args, get_type_hints

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .._domain.claim import Claim
from .._domain.customer import Customer
from .._domain.failure import ServiceFailure
from .._domain.reason import Facts
from ..errors import InvalidValueError
from . import strategies
from .strategies.plain import whole_numbers
from .strategies.reasons import fact_values

ABSENT: Final = object()
"""What stands where a claim has no such part."""

_HOLDERS: Final[Mapping[str, type]] = {
    "": Claim,
    "customer": Customer,
    "failure": ServiceFailure,
}
_PLAIN: Final[Mapping[Any, SearchStrategy[Any]]] = {
    str: strategies.texts(),
    int: whole_numbers(1, 9),
}
_NEAR: Final = 8
_EXAMPLES: Final = "'case_id', 'customer.tier', 'failure.what' or 'facts.age'"


def _check_is_part_of_claim(path: ClaimPath, attribute: Any, text: Any) -> None:
    holder = _HOLDERS.get(path.holder_name)
    if path.holder_name == "facts":
        is_part = bool(path.name)
    else:
        is_part = holder is not None and path.name in attrs.fields_dict(holder)
    if not is_part:
        raise InvalidValueError(
            f"{text!r} is no part of a claim: give a path such as {_EXAMPLES}"
        )


@attrs.frozen
class ClaimPath:
    """Point at one part of a claim.

    Args:
        text: ``"case_id"``, ``"customer.tier"``, ``"failure.what"``; or, for a fact,
            ``"facts.age"``.

    Raises:
        InvalidValueError: No claim has such a part.
    """

    text: str = attrs.field(converter=str, validator=_check_is_part_of_claim)

    @property
    def holder_name(self) -> str:
        """Name the value that holds the part; empty for the claim itself."""
        holder_name, dot, _ = self.text.partition(".")
        return holder_name if dot else ""

    @property
    def name(self) -> str:
        """Name the part within that value."""
        return self.text.partition(".")[2] if self.holder_name else self.text

    def read_or_absent(self, claim: Claim) -> object:
        """Read what stands there, or `ABSENT`."""
        if self.holder_name == "facts":
            return claim.failure.facts.get(self.name, ABSENT)
        holder = getattr(claim, self.holder_name) if self.holder_name else claim
        return getattr(holder, self.name, ABSENT)

    def with_value_or_none(self, claim: Claim, value: Any) -> Claim | None:
        """Return the claim with another value there.

        Args:
            claim: The claim; it stays as it was.
            value: What to put there; `ABSENT` takes a fact away.

        Returns:
            Another claim; None where the claim has no such part, or the value cannot
            stand there.
        """
        if self.holder_name == "facts":
            facts = {k: v for k, v in claim.failure.facts.items() if k != self.name}
            if value is not ABSENT:
                facts[self.name] = value
            failure = attrs.evolve(claim.failure, facts=Facts(facts))
            return attrs.evolve(claim, failure=failure)
        holder: Any = getattr(claim, self.holder_name) if self.holder_name else claim
        if holder is None or value is ABSENT:
            return None
        try:
            changed = attrs.evolve(holder, **{self.name: value})
        except InvalidValueError:
            return None
        whole: Any = claim
        if self.holder_name:
            changed = attrs.evolve(whole, **{self.holder_name: changed})
        return cast("Claim", changed)

    def may_replace_current_value(self, claim: Claim, value: object) -> bool:
        """Return whether a value is of the sort that stands there now, if any does.

        What a fact may be only its author knows: so it is what it is on the claim.
        """
        now = self.read_or_absent(claim)
        is_free = self.holder_name != "facts" or now is ABSENT or value is ABSENT
        return is_free or type(value) is type(now)

    def draw_replacement_values(
        self, constants: Iterable[Any], claims: SearchStrategy[Claim] | None
    ) -> SearchStrategy[list[Any]]:
        """Draw a few values that could stand there.

        Args:
            constants: What the plug compares with; of what can stand there, that
                which is nearest to it is tried, and some of the rest.
            claims: Where else to take one from; any claim if not given.
        """
        usable_constants = [
            constant for constant in constants if self._can_hold(constant)
        ]
        nearest = usable_constants[
            :_NEAR
        ]  # what the plug says itself, before all that it calls
        rest = usable_constants[_NEAR:]
        some_of_rest = (
            st.lists(st.sampled_from(rest), max_size=3) if rest else st.just([])
        )
        any_value = (
            self._draw_any_value()
            if claims is None
            else claims.map(self.read_or_absent)
        )
        return st.tuples(some_of_rest, any_value).map(
            lambda pair: [*nearest, *pair[0], pair[1]]
        )

    def _draw_any_value(self) -> SearchStrategy[Any]:
        """Draw what could stand there on any claim."""
        if self.holder_name == "facts":
            return fact_values() | st.just(ABSENT)
        if self._annotation in _PLAIN:
            return _PLAIN[self._annotation]
        holders: dict[str, SearchStrategy[Any]] = {
            "": strategies.claims(),
            "customer": strategies.customers(),
            "failure": strategies.failures(),
        }
        return holders[self.holder_name].map(attrgetter(self.name))

    @property
    def _annotation(self) -> Any:
        return get_type_hints(_HOLDERS[self.holder_name])[self.name]

    def _can_hold(self, constant: object) -> bool:
        """Return whether a constant is of a type that can stand there."""
        if self.holder_name == "facts":
            return True
        return type(constant) in (get_args(self._annotation) or (self._annotation,))
