"""The rules of a table, and what follows from them."""

from __future__ import annotations

from functools import cached_property

import attrs

from .._domain import checks
from .._domain.hashing import content_hash
from ..errors import InvalidValueError
from .column_type import Column
from .rules import Hit, Rule, to_hit, to_rules

__all__ = ["TableParts"]


def _to_otherwise_rule(value: Rule | str | None) -> Rule | None:
    """Convert the reason why nothing is given to a rule; None and rules stay."""
    if value is None or isinstance(value, Rule):
        return value
    text: object = checks.plain_text(value)
    if type(text) is str and text.strip():
        return Rule("otherwise", because=text)
    raise InvalidValueError(
        f"otherwise cannot be {value!r:.60}: say why nothing is given, or give a Rule "
        "without a condition"
    )


@attrs.frozen
class TableParts:
    """The rules of a table, unchecked, and what follows from them.

    A `Table` checks itself, finds its deciding rules and explains them by functions
    that stand below it: this is what they read of it.
    """

    name: str = attrs.field(converter=checks.plain_text, validator=checks.text)
    rules: tuple[Rule, ...] = attrs.field(converter=to_rules)
    otherwise: Rule | None = attrs.field(
        default=None, converter=_to_otherwise_rule, kw_only=True
    )
    hit: Hit = attrs.field(default=Hit.UNIQUE, converter=to_hit, kw_only=True)
    exclusions: tuple[Rule, ...] = attrs.field(
        default=(), converter=to_rules, kw_only=True
    )
    is_statutory: bool = attrs.field(
        default=False, validator=checks.of_type(bool), kw_only=True
    )
    source: str | None = attrs.field(
        default=None,
        converter=checks.maybe_plain_text,
        validator=checks.maybe_text,
        kw_only=True,
    )

    # ------------------------------------------------------------------- its parts

    @cached_property
    def rows(self) -> tuple[Rule, ...]:
        """All rules in the order they are tried: exclusions, rules, otherwise."""
        last = () if self.otherwise is None else (self.otherwise,)
        return (*self.exclusions, *self.rules, *last)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column that a condition or an amount names, in order."""
        return tuple(dict.fromkeys(c for row in self.rows for c in row.columns))

    @cached_property
    def tested(self) -> tuple[Column, ...]:
        """Every column that a condition names, in order."""
        cells = (c for row in self.rows if row.when is not None for c in row.when.cells)
        # A dict keeps the order, and each column once.
        return tuple(dict.fromkeys(cell.column for cell in cells))

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """Every column that must be known: the computed ones give way to theirs."""
        return tuple(
            dict.fromkeys(
                c
                for column in self.columns
                for c in (column.inputs if column.function else (column,))
            )
        )

    @cached_property
    def currency(self) -> str | None:
        """The one currency it gives; None where it gives no money."""
        codes = [amount.currency for row in self.rows for amount in row.amounts]
        return codes[0] if codes else None

    @cached_property
    def hash(self) -> str:
        """The content hash: the same for equal tables, on any machine.

        The compiled code of functions that compute or read its columns is content,
        too, and that differs between releases of Python, and under ``-OO``.
        """
        return content_hash(self)
