"""Keys and hashes of an earlier release: files are told the new key, hashes hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from recovery_core._domain.hashing import content_hash
from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import (
    ClaimMemory,
    Company,
    Gossip,
    Loyalty,
    World,
    load_experiment,
    shop,
)
from recovery_core.simulation.files.parts import renamed_fields

WORLD_KEYS = {
    "on": "start_date",
    "quick": "quick_hours",
    "proof": "proof_rates",
    "confirmed": "confirmation_rate",
    "noise": "satisfaction_noise",
    "branch": "branch_size",
}
GOSSIP_KEYS = {
    "below": "warns_below",
    "above": "praises_above",
    "tells": "telling_rate",
    "warning": "warning_effect",
    "praise": "praise_effect",
}
COMPANY_KEYS = {
    "thinks": "decision_hours",
    "asks": "approval_hours",
    "owns": "apology_owns",
    "answers": "response",
    "point": "point_cost",
    "acquisition": "acquisition_cost",
    "ladder": "response_hours_grid",
}
RENAMED = [
    *(("world", "", *pair) for pair in WORLD_KEYS.items()),
    *(("world", ".gossip", *pair) for pair in GOSSIP_KEYS.items()),
    ("world", ".loyalty", "even", "midpoint"),
    *(("company.a", "", *pair) for pair in COMPANY_KEYS.items()),
]


@pytest.mark.parametrize(("table", "part", "old", "new"), RENAMED)
def test_a_file_with_an_old_key_is_told_the_new_one(
    tmp_path: Path, table: str, part: str, old: str, new: str
) -> None:
    """Whatever its value is."""
    lines = [
        "[world]",
        'use = "shop"',
        f"[{table}{part}]" if part else "",
        f"{old} = 1" if table == "world" else "",
        "[company.a]",
        'policy = "Reimbursement"',
        f"{old} = 1" if table != "world" else "",
    ]
    path = tmp_path / "old.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InvalidValueError) as refusal:
        load_experiment(path)
    assert f"{table}{part} has no key {old!r} any more: write {new} instead" in str(
        refusal.value
    )


def test_every_renamed_field_is_listed_here() -> None:
    """So that a new one gets its test as well."""
    assert renamed_fields(World) == WORLD_KEYS
    assert renamed_fields(Gossip) == GOSSIP_KEYS
    assert renamed_fields(Loyalty) == {"even": "midpoint"}
    assert renamed_fields(Company) == COMPANY_KEYS


def test_hashes_of_the_first_release_hold() -> None:
    """Sweeps that were kept in a folder are found again under the same names."""
    world = shop(gossip=Gossip(listeners=2))
    company = Company(engine=Reimbursement(), name="a")
    assert content_hash(world) == "6c0fadbf978f1010"
    assert content_hash(shop()) == "19511f810ac6a27e"
    assert content_hash(Loyalty()) == "db6d3d26208739b9"
    assert content_hash(Gossip()) == "78dcfb1c8a7617cf"
    assert content_hash(ClaimMemory()) == "987d7315ae3d5911"
    assert company.hash == "2ffb2e85114a399d"
