"""What a check found: which promises were kept, and how that is known."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from .._readable import readable

__all__ = ["CheckReport", "PropertyResult"]


@attrs.frozen
class PropertyResult:
    """One promise that was kept, and how that is known.

    Args:
        promise: What was promised.
        examples: How many examples it was tried on without finding one against it;
            0 where none could be, or none was needed.
        is_proved: Whether it holds in every case there is, and not only on those.
        why: Why it was never tried.
    """

    promise: str
    examples: int = 0
    is_proved: bool = False
    why: str = ""

    def __str__(self) -> str:
        """Write it in a line."""
        if self.is_proved:
            return readable(f"proved: {self.promise}")
        why = f" ({self.why})" if self.why else ""
        if not self.examples:
            return readable(f"never tried: {self.promise}{why}")
        return readable(f"searched {self.examples} examples: {self.promise}{why}")


@attrs.frozen
class CheckReport:
    """What a check found of one plug; a broken promise is raised instead.

    Args:
        plug: The rule, detector or process, as it calls itself.
        results: The promises, in the order in which they were asked for.

    Example:
        >>> print(CheckReport("half", (PropertyResult("it never raises", 100),)))
        half keeps its promises
          searched 100 examples: it never raises
    """

    plug: str
    results: tuple[PropertyResult, ...]

    @property
    def is_proved(self) -> bool:
        """Whether every promise is proved, and none only searched."""
        return all(result.is_proved for result in self.results)

    def with_examples(self, more: Mapping[str, int]) -> CheckReport:
        """Return the report with more examples counted.

        Args:
            more: How many, by what was promised.
        """
        results = tuple(
            attrs.evolve(result, examples=examples, why="" if examples else result.why)
            for result in self.results
            for examples in (result.examples + more.get(result.promise, 0),)
        )
        return attrs.evolve(self, results=results)

    def __str__(self) -> str:
        """Write a line for each promise."""
        lines = "".join(f"\n  {result}" for result in self.results)
        return f"{readable(self.plug)} keeps its promises{lines}"
