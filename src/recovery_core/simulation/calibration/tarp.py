"""TARP's customers: who comes back, by the size of the loss and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from ..._domain.claim import Claim
from ..._domain.failure import Severity
from ..._domain.money import Money
from ...engine import RecoveryEngine
from ...tables import Rule, Table, column
from ..company import Company, Delay
from ..reactions import ByPath, RecoveryPath, default_models
from ..world.mind import Memory
from ..world.world import FailureMode, Population, Tier, World
from .calibration import calibrate
from .fit import Cell

__all__ = ["TARP", "tarp", "tarp_changes", "tarp_company"]

TARP: Final[Mapping[Cell, float]] = MappingProxyType(
    {
        ("minor", "silent"): 0.37,
        ("minor", "unresolved"): 0.46,
        ("minor", "resolved"): 0.70,
        ("minor", "quick"): 0.95,
        ("major", "silent"): 0.09,
        ("major", "unresolved"): 0.19,
        ("major", "resolved"): 0.54,
        ("major", "quick"): 0.82,
    }
)
"""Share that will buy again: minor is a loss below $5, major one above $100."""

# Found by tarp_changes(), which is what to run when anything below is changed: the
# lasting change of satisfaction by severity and path, rounded to four digits. A test
# holds them to it.
_LASTING: Final[Mapping[Cell, float]] = MappingProxyType(
    {
        ("minor", "silent"): -0.4868,
        ("minor", "unresolved"): -0.4531,
        ("minor", "resolved"): -0.3621,
        ("minor", "quick"): -0.179,
        ("major", "silent"): -0.6437,
        ("major", "unresolved"): -0.5685,
        ("major", "resolved"): -0.4242,
        ("major", "quick"): -0.3029,
    }
)

_CURRENCY: Final = "USD"
_PRICE: Final = Money("200.00", _CURRENCY)
_PROVED: Final = "receipt"


def _interpolate_moderate(path: str) -> float:
    return (_LASTING["minor", path] + _LASTING["major", path]) / 2


def _tarp_changes_by_path() -> ByPath:
    """Return the changes as a model; what TARP leaves out lies between or beside."""
    return ByPath(
        {
            (severity, path): change
            for path in RecoveryPath
            for severity, change in (
                (Severity.MINOR, _LASTING["minor", path]),
                (Severity.MODERATE, _interpolate_moderate(path)),
                (Severity.MAJOR, _LASTING["major", path]),
                (Severity.CRITICAL, _LASTING["major", path]),
            )
        }
    )


def tarp(*, complains: float = 0.5, rate: float = 0.02, **changes: Any) -> World:
    """Return a world whose customers come back as often as TARP's did.

    One thing of $200 a month is bought, and two things go wrong: a loss of $4, and
    one of $150. What a failure does to loyalty is read from a table, calibrated so
    that the share which is there after the month of the failure is that of `TARP`;
    what it does to satisfaction at once is left to the usual models. With
    `tarp_company` all eight cells occur.

    Survivors are back to normal within a few months: TARP asked who will buy again,
    not who leaves in the year after.

    Args:
        complains: Share of the failures that are complained about. That it was one
            in 26 is folklore; with so few, the cells of the complainers are empty.
        rate: Chance of each of the two failures in a month.
        changes: Other parts of the `World`, by name. The grid is met as long as
            memory, loyalty, noise and reactions stay.

    Raises:
        InvalidValueError: A part cannot be.

    Source: TARP's grid of repurchase intent (cited in many places; the studies
        themselves were not seen). That survivors are soon back to normal: Knox & van
        Oest (2014). All other figures are ours.

    Example:
        >>> from recovery_core.simulation import simulate, tarp
        >>> from recovery_core.simulation.calibration.tarp import tarp_company
        >>> result = simulate(tarp_company(), tarp(), customers=20_000, months=6)
        >>> len(result.repurchase_grid())
        8
    """
    parts: dict[str, Any] = {
        "population": Population(
            tiers=(Tier(name="household", price=_PRICE),),
            complains=dict.fromkeys(Severity, complains),
        ),
        "modes": (
            _failure_mode("a loss of $4", Severity.MINOR, rate, Fraction(4, 200)),
            _failure_mode("a loss of $150", Severity.MAJOR, rate, Fraction(150, 200)),
        ),
        "reactions": (*default_models(), _tarp_changes_by_path()),
        "memory": Memory(bad_fades=0.8, good_fades=0.9),
        "satisfaction_noise": 0.05,
    }
    return World(**{**parts, **changes})


def _failure_mode(
    what: str, severity: Severity, rate: float, loss: Fraction
) -> FailureMode:
    facts = {_PROVED: {True: 2, False: 1}}
    return FailureMode(what=what, severity=severity, rate=rate, loss=loss, facts=facts)


def _loss(claim: Claim) -> Money | None:
    return claim.failure.loss


def tarp_company(*, median: float = 36.0) -> Company:
    """Return a company that resolves some complaints, and some of them quickly.

    It gives the loss back to whoever has a receipt, which is two in three.

    Args:
        median: Half of the complainers wait longer for the answer.

    Units: hours. An answer that comes between two steps of the company's ladder
        counts as come at the lower one; so at 36 hours half are within 24.

    Raises:
        InvalidValueError: The median is no number from 0 up.

    Source: ours; made so that no cell of TARP's grid stays empty.

    Example:
        >>> tarp_company().name
        'refund on receipt'
    """
    loss = column.money("loss", _CURRENCY, most=_PRICE).read_from(_loss)
    policy = Table(
        "refund on receipt",
        rules=[Rule("receipt", when=column.flag(_PROVED), amends=loss)],
        otherwise="there is no receipt",
    )
    return Company(
        engine=RecoveryEngine(policy=policy), response=Delay(median=median, sigma=1.5)
    )


def tarp_changes(*, customers: int = 4_000_000, seed: int = 0) -> dict[Cell, float]:
    """Compute anew what the table of `tarp` holds.

    Args:
        customers: How many to calibrate with, for a year; with fewer, the figures
            depend on who they are.
        seed: Names the luck.

    Returns:
        The lasting change of satisfaction, for each cell of `TARP`.

    Raises:
        InvalidValueError: An argument cannot be.

    Source: ours; see `calibrate`.
    """
    world = tarp(reactions=default_models())
    found = calibrate(
        tarp_company(), world, TARP, customers=customers, months=12, seed=seed
    )
    (table,) = (model for model in found.reactions if isinstance(model, ByPath))
    lasting = {(s.name.lower(), str(path)): c for (s, path), c in table.lasting}
    return {cell: lasting[cell] for cell in TARP}
