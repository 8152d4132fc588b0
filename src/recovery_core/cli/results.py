"""What an experiment came to, as JSON and in files."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._importing import missing_package_error
from .sources import NotFoundError

if TYPE_CHECKING:
    from ..simulation import Sweep

__all__ = ["check_folder", "check_target", "write"]

_KINDS: Final = (".parquet", ".csv", ".json")


def check_folder(folder: str) -> None:
    """Make a folder, or refuse it before anything is worked out.

    Raises:
        NotFoundError: It cannot be made.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = f"there can be no folder {folder!r}: {error.strerror}"
        raise NotFoundError(told) from error


def check_target(out: str, kinds: Sequence[str] = _KINDS) -> None:
    """Refuse a file that could not be written, before anything is worked out.

    Args:
        out: Where it goes.
        kinds: The endings of what is written.

    Raises:
        NotFoundError: It is of no sort that is written, or there is no folder.
        MissingPackageError: What writes it is not installed.
    """
    path = Path(out)
    if path.suffix not in kinds:
        endings = " or ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
        raise NotFoundError(
            f"{out!r} cannot be written: give a file that ends in {endings}"
        )
    if not path.parent.is_dir():
        raise NotFoundError(f"there is no folder {str(path.parent)!r} for {out!r}")
    if path.suffix == ".parquet" and find_spec("pyarrow") is None:
        raise missing_package_error("pyarrow", "a .parquet file", ", or write a .csv")


def write(out: str, found: Sweep, plain: dict[str, Any]) -> None:
    """Write the rows of a sweep, and beside them what they rest on.

    Args:
        out: Where; its ending tells the sort.
        found: The sweep.
        plain: The same as JSON holds it.

    Raises:
        NotFoundError: It cannot be written.
    """
    from ..simulation.sweeps.manifest import write_whole

    path = Path(out)
    try:
        if path.suffix == ".parquet":
            found.to_parquet(path)
        elif path.suffix == ".csv":
            write_whole(path, _csv_text(plain["rows"]))
            write_whole(path.with_suffix(".manifest.json"), found.manifest.to_json())
        else:
            write_whole(
                path, json.dumps(plain, ensure_ascii=False, allow_nan=False) + "\n"
            )
    except OSError as error:
        raise NotFoundError(f"cannot write {out!r}: {error.strerror}") from error


def _csv_text(rows: list[dict[str, Any]]) -> str:
    """Write rows as CSV; what nobody knows is an empty cell."""
    held = StringIO()
    writer = csv.DictWriter(held, [*rows[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()
