"""What became of the promises of a policy before anything was drawn."""

from __future__ import annotations

from typing import Any

import attrs

from .._domain.claim import Claim
from .._domain.remedy import Award
from ..errors import BrokenPromiseError
from ..tables import Column
from ..tables.conditions import When
from ._search import Promise
from .report import PropertyResult

__all__ = ["SettledPromises", "wrap_single_in_tuple"]


def wrap_single_in_tuple(given: Any) -> tuple[Any, ...]:
    """Return one column, condition or name, or several, as a tuple."""
    if isinstance(given, Column | When | str):
        return (given,)
    return tuple(given)


@attrs.frozen
class SettledPromises:
    """What became of promises before anything was drawn.

    Args:
        proved: What is proved.
        searched: What is to be searched.
        rows: The same about rows, where these say more than claims.
        refuted: What a proof found that has to be met, or raised.
    """

    proved: tuple[PropertyResult, ...]
    searched: tuple[Promise[Claim, Award], ...]
    rows: tuple[Promise[Claim, Award], ...]
    refuted: tuple[BrokenPromiseError, ...]
