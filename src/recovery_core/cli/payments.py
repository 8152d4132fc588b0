"""What each claim of a file is paid, written claim by claim."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._domain.money import Money
from ..policy import CompensationPolicy
from .results import check_target
from .sources import NotFoundError

if TYPE_CHECKING:
    from ..tables.batch import Decisions

__all__ = ["check_payments", "write_payments"]


def check_payments(out: str, data: str) -> None:
    """Refuse a file that could not be written, before anything is decided.

    Args:
        out: Where the payments go.
        data: Where the claims come from.

    Raises:
        NotFoundError: It is no .csv, there is no folder, or the claims stand in it.
    """
    check_target(out, (".csv",))
    if Path(out).resolve() == Path(data).resolve():
        raise NotFoundError(f"the claims stand in {out!r}: give another file")


def write_payments(out: str, policy: CompensationPolicy, data: Any) -> None:
    """Write which rule decides each claim, and what it pays.

    Args:
        out: A .csv file.
        policy: What decides.
        data: The claims, as `frames` gives them.

    Raises:
        NotFoundError: It cannot be written.
    """
    from ..tables import decide_chunks

    rows = (row for part in decide_chunks(policy, data) for row in _rows(part))
    try:
        with Path(out).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("row", "rule", "paid"))
            writer.writerows((number, *row) for number, row in enumerate(rows))
    except OSError as error:
        raise NotFoundError(f"cannot write {out!r}: {error.strerror}") from error


def _rows(part: Decisions) -> Iterator[tuple[str, str]]:
    """Return the rule and the sum of every claim; no sum where no currency is known."""
    code = part.currency
    for rule, minor in zip(part.codes().tolist(), part.minor.tolist(), strict=True):
        yield rule, "" if code is None else str(Money.from_minor(minor, code))
