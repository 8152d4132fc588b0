"""Values of derived classes, reduced to what they say: nothing else of them is kept.

A stored case holds texts, numbers and times, and not the classes they had. So what a
case holds before it is stored is no more than that, either.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from .checks import plain_text

__all__ = ["reduce_moment", "reduce_value"]


def reduce_moment(moment: datetime) -> datetime:
    """Reduce a datetime of any class to a plain one."""
    return datetime(
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
        moment.microsecond,
        moment.tzinfo,
        fold=moment.fold,
    )


def _reduce_day(day: date) -> date:
    """Reduce a date of any class to a plain one."""
    return date(day.year, day.month, day.day)


def _reduce_span(span: timedelta) -> timedelta:
    """Reduce a timedelta of any class to a plain one."""
    return timedelta(span.days, span.seconds, span.microseconds)


def _reduce_share(share: Fraction) -> Fraction:
    """Reduce a fraction of any class to a plain one."""
    return Fraction(share.numerator, share.denominator)


# A datetime is a date, so it stands first.
_REDUCED_BY: Final[tuple[tuple[type, Callable[[Any], object]], ...]] = (
    (str, plain_text),
    (int, int.__int__),
    (Fraction, _reduce_share),
    (datetime, reduce_moment),
    (date, _reduce_day),
    (timedelta, _reduce_span),
)


def reduce_value(value: Any) -> object:
    """Reduce a text, number, day or time of a derived class to a plain one.

    What is of no such class passes as it is, for the caller to refuse; and so does what
    says more than a plain value can, such as a time with nanoseconds.
    """
    for kind, reduce in _REDUCED_BY:
        if issubclass(type(value), kind):
            plain = reduce(value)
            return plain if kind is str or plain == value else value
    return value
