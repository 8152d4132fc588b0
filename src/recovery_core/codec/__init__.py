"""Cases as JSON: out without loss, in without trust.

What is written carries a format name, a schema version, and a stable tag for every
sort of event; never the name of a class. What is read is held against the process
event by event, so damaged or unknown input gives one typed error, which says where,
and never a case that is partly right. Events are counted from 0.

The four calls are names of the front door: `recovery_core.to_json`, `from_json`,
`events_to_json` and `events_from_json`.
"""

from .stored import SCHEMA_VERSION

__all__ = ["SCHEMA_VERSION"]
