"""Sweeps made outright, for tests of what becomes of their figures."""

from __future__ import annotations

from typing import Any

from recovery_core.simulation import (
    Estimate,
    Manifest,
    Sweep,
)
from recovery_core.simulation.sweeps.design import Design, design_of

LOOKED_AT = ("retention", "cost")


def made(design: Design, seeds: tuple[int, ...] = (0,), **parts: Any) -> Sweep:
    """Make a sweep up: the outcome is the number of the point, and the seed a tenth."""
    count = len(design.points)
    hashes = tuple(f"{number:016x}" for number in range(count))
    manifest = Manifest(
        design=design,
        seeds=seeds,
        customers=10,
        months=1,
        outcomes=LOOKED_AT,
        currency="EUR",
        companies=hashes,
        policies=hashes,
        worlds=hashes,
        **parts,
    )
    runs = tuple(
        tuple(
            (Estimate(point + seed / 10, 0.5, 50), Estimate(point, 0.0, 50))
            for seed in seeds
        )
        for point in range(count)
    )
    return Sweep(manifest, runs)


SMALL = made(design_of({"a": (1, 2.5), "b": ("x", None)}), (3, 4))
