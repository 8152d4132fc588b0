"""What is read of a table by whatever stands below it."""

from __future__ import annotations

from typing import Protocol

from .column_type import Column
from .rules import Hit, Rule

__all__ = ["TableParts"]


class TableParts(Protocol):
    """The rules of a table and what follows from them.

    A `Table` checks itself, finds its deciding rules and explains them by functions
    that stand below it. They read this of it, and build none.
    """

    @property
    def name(self) -> str:
        """What it is called in awards and reports."""
        ...

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rules, in order."""
        ...

    @property
    def otherwise(self) -> Rule | None:
        """What holds where no rule does."""
        ...

    @property
    def hit(self) -> Hit:
        """Which rules decide where several hold."""
        ...

    @property
    def exclusions(self) -> tuple[Rule, ...]:
        """The rules that come before all others."""
        ...

    @property
    def is_statutory(self) -> bool:
        """Whether the law grants whatever it gives."""
        ...

    @property
    def source(self) -> str | None:
        """Where its figures come from."""
        ...

    @property
    def rows(self) -> tuple[Rule, ...]:
        """All rules in the order they are tried."""
        ...

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column that a condition or an amount names."""
        ...

    @property
    def tested(self) -> tuple[Column, ...]:
        """Every column that a condition names."""
        ...

    @property
    def inputs(self) -> tuple[Column, ...]:
        """Every column that must be known."""
        ...

    @property
    def currency(self) -> str | None:
        """The one currency it gives; None where it gives no money."""
        ...

    @property
    def hash(self) -> str:
        """The content hash."""
        ...
