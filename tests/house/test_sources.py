"""Whatever decides says where it comes from."""

import inspect
from types import ModuleType

import pytest

from recovery_core import abuse, attribution, policy

ROOMS = (abuse, attribution, policy)
PLUGS = {
    # What a plug is, or a part of one, decides nothing by itself.
    "AbuseDetector",
    "AttributionRule",
    "CompensationPolicy",
    "LiabilityRule",
    "Match",
    "judge",
}

# A table's parts and readers decide nothing; published tables are held elsewhere.
RULES = {"recovery_core.policy": ("classics", "combinators", "limits")}


def decides(room: ModuleType, name: str) -> bool:
    """Tell whether a public name is a policy, a rule or a detector, or makes one."""
    homes = RULES.get(room.__name__)
    home = str(getattr(getattr(room, name), "__module__", ""))
    return name not in PLUGS and (homes is None or home.rpartition(".")[2] in homes)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_every_rule_names_its_source(room: ModuleType) -> None:
    """Each public policy, rule and detector has a ``Source:`` in its docstring."""
    decide = [name for name in room.__all__ if decides(room, name)]
    silent = [
        n for n in decide if "Source:" not in str(inspect.getdoc(getattr(room, n)))
    ]

    assert decide
    assert silent == []
