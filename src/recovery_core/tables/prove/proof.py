"""What came of trying to prove a promise."""

from __future__ import annotations

import attrs

from ..._domain.money import Money
from ..._domain.reason import Facts
from ..._readable import readable

__all__ = ["Proof"]


@attrs.frozen
class Proof:
    """Whether a policy keeps a promise, or on which claim it does not.

    It is true in a condition only where the promise is proved, so that
    ``assert prove.never_above(table, fare)`` reads as it should.

    Args:
        promise: What was promised, in words.
        holds: Whether it holds; None where neither was found in time.
        told: What was found, in words.
        inputs: How many different claims there are.
        counterexample: The smallest claim that breaks it, as facts by column name;
            what is missing is left out. None where there is none.
        compared: The claim it is compared with, where a promise is about two.
        paid: What is paid on the counterexample.
        limit: What was promised there: the most, the least, or the same.
        rule: The code of the rule that decides the counterexample.
        is_smallest: Whether no smaller counterexample exists: first by the first
            column, then by the second, each as low as can be (a range that goes below
            0: as near to 0 as can be; a missing value last).
        seconds: How long it took.
    """

    promise: str
    holds: bool | None
    told: str
    inputs: int
    counterexample: Facts | None = None
    compared: Facts | None = None
    paid: Money | None = None
    limit: Money | None = None
    rule: str | None = None
    is_smallest: bool = False
    seconds: float = attrs.field(default=0.0, eq=False)

    def __bool__(self) -> bool:
        """Return whether it is proved."""
        return self.holds is True

    def __str__(self) -> str:
        return readable(f"{self.promise}: {self.told}")
