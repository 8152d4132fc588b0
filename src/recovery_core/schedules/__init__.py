"""Published schedules of compensation: dated tables, each figure with its source.

Each is a policy, and a value to read: its tables, the rule of liability it runs with,
where its figures come from and how sure they are, and claims worked out by hand. A
schedule is built when it is first asked for.

None of this is legal advice.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from .._lazy import lazy_face
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

# The schedules that each file holds; adding one starts here. The file has a name of its
# own (an underscore does), or it would hide the schedule.
_SCHEDULES: Mapping[str, tuple[str, ...]] = {
    "_canada_appr": ("canada_appr", "canada_denied_boarding"),
    "_delay_repay": ("delay_repay_15", "delay_repay_30"),
    "_electricity": ("energy_supplier", "guaranteed_electricity"),
    "_eu261": ("eu261",),
    "_eu_rail": ("eu_rail",),
    "_eu_sea": ("eu_sea",),
    "_montreal": ("montreal",),
    "_uk261": ("uk261",),
    "_us_denied_boarding": ("us_denied_boarding",),
}

# What makes a schedule, where it takes more to know than the day, or works out what
# one reads.
_MAKERS: Mapping[str, tuple[str, ...]] = {
    "_appr_control": ("appr_control",),
    "_eu_rail": ("eu_rail_in",),
    "_eu_sea": ("eu_sea_in",),
    "_montreal": ("montreal_in",),
    "_us_denied_boarding": ("us_denied_boarding_limits",),
}


def catalogue() -> Mapping[str, Schedule]:
    """Build every schedule, and return them by their codes, in alphabetical order."""
    face = sys.modules[__name__]
    names = sorted(name for names in _SCHEDULES.values() for name in names)
    return MappingProxyType({name: getattr(face, name) for name in names})


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
    __getattr__, __dir__ = lazy_face(
        __name__,
        {
            home: (*_SCHEDULES.get(home, ()), *_MAKERS.get(home, ()))
            for home in (*_SCHEDULES, *_MAKERS)
        },
    )
