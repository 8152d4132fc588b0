"""Hashes that are on record: of combinators, classics, rules and detectors.

They go by a tag that each class declares, so that a class can be renamed or moved. The
file was written once, and is never written anew.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Final

import attrs
import pytest

from recovery_core import Money, Rounding, abuse, attribution, authority
from recovery_core._domain.hashing import content_hash
from recovery_core.policy import (
    Reimbursement,
    ReplacementNotRepair,
    SpendingLimit,
    StandingDiscount,
    TangibleForArchitecture,
    best_of,
    capped,
    dated,
    first,
    floored,
    owed,
    scaled,
    set_off,
    sum_of,
)

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "hashes" / "rules.json"
CAP: Final = Money("20.00", "EUR")
REFUND: Final = Reimbursement()
LIMIT: Final = SpendingLimit(CAP)
VELOCITY: Final = abuse.ClaimVelocity(3, timedelta(days=90))
SHARE: Final = abuse.ValueConcentration()
ANA: Final = authority.Grant("agent", per_incident=CAP)

SPECIMENS: Final[Mapping[str, object]] = {
    "first": first(REFUND, LIMIT),
    "best_of": best_of(REFUND, LIMIT),
    "sum_of": sum_of(REFUND, LIMIT),
    "dated": dated({date(2026, 1, 1): REFUND, date(2026, 7, 1): LIMIT}),
    "capped": capped(REFUND, at=CAP),
    "floored": floored(REFUND, at=CAP),
    "set_off": set_off(REFUND),
    "scaled": scaled(REFUND, "1/2", rounding=Rounding.HALF_UP),
    "owed": owed(REFUND, rounding=Rounding.HALF_UP),
    "nested": set_off(capped(best_of(owed(LIMIT, rounding=Rounding.UP)), at=CAP)),
    "Reimbursement": REFUND,
    "ReplacementNotRepair": ReplacementNotRepair(),
    "SpendingLimit": LIMIT,
    "StandingDiscount": StandingDiscount(1_500),
    "TangibleForArchitecture": TangibleForArchitecture(REFUND, LIMIT),
    "ClaimVelocity": VELOCITY,
    "ClaimRate": abuse.ClaimRate(),
    "ValueConcentration": SHARE,
    "Tolerant": abuse.Tolerant(VELOCITY, factor=2),
    "worst_of": abuse.worst_of(VELOCITY, SHARE),
    "shadow": abuse.shadow(VELOCITY),
    "expiring": abuse.expiring(SHARE, timedelta(days=365)),
    "ByWeight": attribution.ByWeight(),
    "ByEvidence": attribution.ByEvidence(),
    "AssertedBy": attribution.AssertedBy("firm"),
    "ToRoots": attribution.ToRoots(),
    "FirstMatch": attribution.FirstMatch(()),
    "BlameBlind": attribution.BlameBlind(),
    "PureComparative": attribution.PureComparative(),
    "BarredAtHalf": attribution.BarredAtHalf(),
    "BarredAboveHalf": attribution.BarredAboveHalf(),
    "Contributory": attribution.Contributory(),
    "CappedCustomerShare": attribution.CappedCustomerShare(Fraction(1, 2)),
    "Defence": attribution.Defence(),
    "Grant": ANA,
    "Authority": authority.Authority([ANA], {"ana": "agent"}),
}


def test_the_file_holds_every_specimen() -> None:
    """Nothing was added without its hash, and nothing was lost."""
    assert len(SPECIMENS) > 30
    assert set(json.loads(GOLDEN.read_text("utf-8"))) == set(SPECIMENS)


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_hash_on_record_stays(name: str) -> None:
    """What a case of an earlier release was stamped with still names the same."""
    assert content_hash(SPECIMENS[name]) == json.loads(GOLDEN.read_text("utf-8"))[name]


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_class_may_be_renamed(name: str) -> None:
    """Its tag stands in the hash, and not its name."""
    specimen = SPECIMENS[name]
    kind, before = type(specimen), content_hash(specimen)
    assert "__tag__" in vars(kind)
    former = kind.__qualname__
    try:
        kind.__qualname__ = "SomethingElse"
        assert content_hash(specimen) == before
    finally:
        kind.__qualname__ = former


def test_a_class_that_derives_has_a_hash_of_its_own() -> None:
    """A tag that is inherited names the class it was written for."""

    @attrs.frozen
    class Own(Reimbursement):
        """A policy of somebody's own."""

    assert content_hash(Own()) != content_hash(REFUND)
