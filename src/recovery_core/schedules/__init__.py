"""Published schedules of compensation: dated tables, each figure with its source.

Each is a policy, and a value to read: its tables, the rule of liability it runs with,
where its figures come from and how sure they are, and claims worked out by hand. A
schedule is built when it is first asked for.

None of this is legal advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ._schedule import Confidence, Schedule, defence_holds
from ._worked_case import WorkedCase

__all__ = [
    "Confidence",
    "Schedule",
    "WorkedCase",
    "appr_control",
    "canada_appr",
    "canada_denied_boarding",
    "catalogue",
    "defence_holds",
    "delay_repay_15",
    "delay_repay_30",
    "energy_supplier",
    "eu261",
    "eu_rail",
    "eu_rail_in",
    "eu_sea",
    "eu_sea_in",
    "guaranteed_electricity",
    "montreal",
    "montreal_in",
    "uk261",
    "us_denied_boarding",
    "us_denied_boarding_limits",
]

# Each schedule by its name, with the file it stands in; adding one starts here. The
# file has a name of its own (an underscore does), or it would hide the schedule.
_HOMES: Mapping[str, str] = {
    "canada_appr": "_canada_appr",
    "canada_denied_boarding": "_canada_appr",
    "delay_repay_15": "_delay_repay",
    "delay_repay_30": "_delay_repay",
    "energy_supplier": "_electricity",
    "eu261": "_eu261",
    "eu_rail": "_eu_rail",
    "eu_sea": "_eu_sea",
    "guaranteed_electricity": "_electricity",
    "montreal": "_montreal",
    "uk261": "_uk261",
    "us_denied_boarding": "_us_denied_boarding",
}

# What makes a schedule, where it takes more to know than the day, or works out what
# one reads.
_MAKERS: Mapping[str, str] = {
    "appr_control": "_appr_control",
    "eu_rail_in": "_eu_rail",
    "eu_sea_in": "_eu_sea",
    "montreal_in": "_montreal",
    "us_denied_boarding_limits": "_us_denied_boarding",
}


def catalogue() -> Mapping[str, Schedule]:
    """Build every schedule, and give them by their codes, in alphabetical order."""
    found = {name: _load(name) for name in sorted(_HOMES)}
    return MappingProxyType(found)


def _load(name: str) -> Schedule:
    schedule: Schedule = _from(_HOMES[name], name)
    return schedule


def _from(home: str, name: str) -> Any:
    return getattr(import_module(f".{home}", __name__), name)


if TYPE_CHECKING:
    from ._appr_control import appr_control
    from ._canada_appr import canada_appr, canada_denied_boarding
    from ._delay_repay import delay_repay_15, delay_repay_30
    from ._electricity import energy_supplier, guaranteed_electricity
    from ._eu261 import eu261
    from ._eu_rail import eu_rail, eu_rail_in
    from ._eu_sea import eu_sea, eu_sea_in
    from ._montreal import montreal, montreal_in
    from ._uk261 import uk261
    from ._us_denied_boarding import us_denied_boarding, us_denied_boarding_limits
else:
    # Hidden from type checkers, to which any name would now be one.
    def __getattr__(name: str) -> object:
        """Build a schedule when it is first asked for."""
        if name in _HOMES:
            return _load(name)
        if name in _MAKERS:
            return _from(_MAKERS[name], name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """List every schedule, built or not."""
        return sorted({*__all__, *(name for name in globals() if name[:2] == "__")})
