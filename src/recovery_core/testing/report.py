"""What a check found: which promises were kept, and how that is known."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from .._readable import readable

__all__ = ["Kept", "Report"]


@attrs.frozen
class Kept:
    """Tell of one promise that was kept, and how that is known.

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
        """Say it in a line."""
        if self.is_proved:
            return readable(f"proved: {self.promise}")
        why = f" ({self.why})" if self.why else ""
        if not self.examples:
            return readable(f"never tried: {self.promise}{why}")
        return readable(f"searched {self.examples} examples: {self.promise}{why}")


@attrs.frozen
class Report:
    """Tell what a check found of one plug; a broken promise is raised instead.

    Args:
        plug: The rule, detector or process, as it calls itself.
        kept: The promises, in the order in which they were asked for.

    Example:
        >>> print(Report("half", (Kept("it never raises", 100),)))
        half keeps its promises
          searched 100 examples: it never raises
    """

    plug: str
    kept: tuple[Kept, ...]

    @property
    def is_proved(self) -> bool:
        """Tell whether every promise is proved, and none only searched."""
        return all(each.is_proved for each in self.kept)

    def with_examples(self, more: Mapping[str, int]) -> Report:
        """Count more examples.

        Args:
            more: How many, by what was promised.
        """
        kept = tuple(
            attrs.evolve(each, examples=examples, why="" if examples else each.why)
            for each in self.kept
            for examples in (each.examples + more.get(each.promise, 0),)
        )
        return attrs.evolve(self, kept=kept)

    def __str__(self) -> str:
        """Say it in a few lines."""
        lines = "".join(f"\n  {each}" for each in self.kept)
        return f"{readable(self.plug)} keeps its promises{lines}"
