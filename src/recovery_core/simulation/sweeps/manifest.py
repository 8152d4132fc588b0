"""What a sweep rests on, and the folder in which an interrupted one is kept."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from math import inf, nan
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import uuid4

import attrs
import numpy as np

from ..._domain.hashing import content_hash
from ..._domain.plain import as_dict, parse_json
from ..._version import __version__
from ...errors import InvalidValueError, StoredFormatError
from ..results.estimates import Estimate, plain
from ..results.outcomes import OUTCOMES
from .design import Design

__all__ = ["Figures", "Manifest", "RunFolder", "write_whole"]

Figures: TypeAlias = tuple[Estimate, ...]
"""What one run comes to: an estimate of each outcome, in the order of the manifest."""

_FORMAT: Final = "recovery_core/sweep"


def _current_versions() -> tuple[tuple[str, str], ...]:
    return (
        ("recovery_core", __version__),
        ("python", platform.python_version()),
        ("numpy", np.__version__),
    )


@attrs.frozen(kw_only=True)
class Manifest:
    """What a sweep rests on: with the same, it comes to the same.

    Args:
        design: The points.
        seeds: Names the luck of each run of a point.
        customers: How many there were.
        months: How long each run lasted.
        outcomes: What was looked at.
        currency: What money is counted in.
        companies: The hash of the company at each point.
        policies: The hash of its policy.
        worlds: The hash of the world.
        versions: Of the library and what it runs on, by name.

    Example:
        >>> from recovery_core.policy import Reimbursement
        >>> from recovery_core.simulation import shop, sweep
        >>> def build(noise):
        ...     return Reimbursement(), shop(satisfaction_noise=noise)
        >>> found = sweep(build, [{"noise": 0.1}], customers=200, months=1)
        >>> Manifest.from_json(found.manifest.to_json()) == found.manifest
        True
    """

    design: Design
    seeds: tuple[int, ...]
    customers: int
    months: int
    outcomes: tuple[str, ...]
    currency: str
    companies: tuple[str, ...]
    policies: tuple[str, ...]
    worlds: tuple[str, ...]
    versions: tuple[tuple[str, str], ...] = attrs.field(factory=_current_versions)

    @property
    def hash(self) -> str:
        """The name of the sweep, by what it rests on."""
        return content_hash(self)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        body = attrs.asdict(self, recurse=False)
        design, versions = self.design.to_dict(), dict(self.versions)
        return {"format": _FORMAT, **body, "design": design, "versions": versions}

    def to_json(self) -> str:
        """Return it as JSON text."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Read what `to_json` wrote.

        Raises:
            StoredFormatError: It is something else, or was changed.
        """
        try:
            body = as_dict(parse_json(text))
            manifest = cls._from_stored(body)
            if json.loads(manifest.to_json()) != body:
                raise ValueError("it holds more than a manifest does")  # noqa: TRY301
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoredFormatError(
                f"no manifest of a sweep can be read from this ({error}): give what "
                "Manifest.to_json wrote"
            ) from error
        return manifest

    @classmethod
    def _from_stored(cls, body: Mapping[str, Any]) -> Manifest:
        """Build a manifest from its stored form, lists as tuples."""
        parts: dict[str, Any] = {
            field.name: body[field.name] for field in attrs.fields(cls)
        }
        lists = ("seeds", "outcomes", "companies", "policies", "worlds")
        parts |= {name: tuple(parts[name]) for name in lists}
        parts["design"] = Design.from_dict(parts["design"])
        parts["versions"] = tuple(parts["versions"].items())
        return cls(**parts)

    def differs(self, other: Manifest) -> list[str]:
        """Return the names of what is not the same in another manifest."""
        return [
            field.name
            for field in attrs.fields(Manifest)
            if getattr(self, field.name) != getattr(other, field.name)
        ]


def write_whole(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    # A rename within a folder is atomic: nobody ever reads half a file.
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _stored_estimate(
    outcome: str, value: float | None, error: float | None, freedom: int
) -> Estimate:
    """Return a stored figure; what is not known was kept as None."""
    return Estimate(
        nan if value is None else value,
        inf if error is None else error,
        freedom,
        within=OUTCOMES[outcome].within,
    )


def _manifest_hash(folder: RunFolder) -> str:
    return folder.manifest.hash


@attrs.frozen
class RunFolder:
    """The runs of a sweep that are done, so that it can go on after a break.

    Args:
        path: Where; use `opened`, which looks whose folder it is.
        manifest: What the runs rest on.
    """

    path: Path
    manifest: Manifest
    _stamp: str = attrs.field(
        default=attrs.Factory(_manifest_hash, takes_self=True), eq=False, repr=False
    )

    @classmethod
    def opened(cls, path: str | os.PathLike[str], manifest: Manifest) -> RunFolder:
        """Open a folder for a sweep: a new one, or one the same sweep began.

        Raises:
            InvalidValueError: Another sweep began it.
            StoredFormatError: Its manifest is damaged.
        """
        folder = cls(Path(path), manifest)
        (folder.path / "runs").mkdir(parents=True, exist_ok=True)
        stored = folder.path / "manifest.json"
        if not stored.exists():
            write_whole(stored, manifest.to_json())
            return folder
        try:
            stored_manifest = Manifest.from_json(stored.read_bytes())
        except StoredFormatError as error:
            raise StoredFormatError(
                f"{str(stored)!r} is damaged: give another folder, or remove this one "
                "to begin anew"
            ) from error
        if differences := stored_manifest.differs(manifest):
            raise InvalidValueError(
                f"{str(path)!r} holds another sweep, which differs in "
                f"{', '.join(differences)}: give another folder, or what it was "
                "begun with"
            )
        return folder

    def _file(self, point: int, seed: int) -> Path:
        return self.path / "runs" / f"point-{point}-seed-{seed}.json"

    def store_run(self, point: int, seed: int, figures: Figures) -> None:
        """Write what a run came to."""
        body = [
            [plain(estimate.value), plain(estimate.error), estimate.freedom]
            for estimate in figures
        ]
        text = json.dumps(
            {"figures": body, "check": self._run_hash(point, seed, figures)}
        )
        write_whole(self._file(point, seed), text + "\n")

    def _run_hash(self, point: int, seed: int, figures: Figures) -> str:
        return content_hash((self._stamp, point, seed, figures))

    def stored_runs(self) -> dict[tuple[int, int], Figures]:
        """Return what the runs that are done came to, by point and seed.

        A file that is damaged or stems from elsewhere counts as none.
        """
        figures_by_run: dict[tuple[int, int], Figures] = {}
        for point in range(len(self.manifest.design.points)):
            for seed in self.manifest.seeds:
                figures = self._read_run(point, seed)
                if figures is not None:
                    figures_by_run[point, seed] = figures
        return figures_by_run

    def _read_run(self, point: int, seed: int) -> Figures | None:
        """Return what a run came to; None where the file is missing or damaged."""
        try:
            body = as_dict(parse_json(self._file(point, seed).read_bytes()))
            figures = tuple(
                _stored_estimate(name, *kept)
                for name, kept in zip(
                    self.manifest.outcomes, body["figures"], strict=True
                )
            )
            # The hash covers point and seed too: a file that was moved counts as none.
            is_whole = body["check"] == self._run_hash(point, seed, figures)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return figures if is_whole else None
