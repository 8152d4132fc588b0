"""Who bears what was paid: another question than who pays the customer."""

from __future__ import annotations

from fractions import Fraction

from .._domain import checks
from .._domain.attribution import Attribution, Party
from .._domain.money import Money
from ..errors import InvalidValueError

__all__ = ["recourse"]


def recourse(
    attribution: Attribution, paid: Money, *, owed: Fraction | int | str = 1
) -> tuple[tuple[str, Money], ...]:
    """Lay what was paid to those whose doing the failure was.

    The part of a party that cannot be asked (nature, nobody known, the customer who
    was paid) is listed under its own name; to collect it, or to bear it, is for
    whoever paid.

    Args:
        attribution: Whose doing it was.
        paid: What the customer received.
        owed: Share of the redress that was owed, by the liability rule. What was not
            owed the customer bears already, so that much of the customer's own share
            does not count again.

    Returns:
        Party and part, largest share first, by name among equals. The parts sum to
        what was paid to the minor unit: units left over go to the largest remainders.
        Where nothing was owed, or nobody else is left to bear it, it was goodwill of
        the firm, which bears it all.

    Raises:
        InvalidValueError: `paid` is no Money, or `owed` no exact share from 0 to 1.

    Source: Regulation (EC) 261/2004, art. 13 (right of redress), for the question;
        largest remainders (Hamilton) for the cents.

    Example:
        >>> shared = Attribution({"firm": "1/2", "supplier": "1/4", "customer": "1/4"})
        >>> recourse(shared, Money("75.00", "EUR"), owed="3/4")
        (('firm', Money('50.00', 'EUR')), ('supplier', Money('25.00', 'EUR')))
    """
    if type(paid) is not Money:
        raise InvalidValueError(f"paid cannot be {paid!r}: give Money('42.00', 'EUR')")
    part = checks.exact(owed)
    if not 0 <= part <= 1:
        raise InvalidValueError(f"owed cannot be {owed!r}: give a share from 0 to 1")
    weights = _recourse_weights_by_party(attribution, part)
    parties = sorted(weights, key=lambda party: (-weights[party], party))
    parts = paid.allocate([weights[party] for party in parties])
    return tuple(zip(parties, parts, strict=True))


def _recourse_weights_by_party(
    attribution: Attribution, owed: Fraction
) -> dict[str, Fraction]:
    """Return the weight with which each party bears what was paid."""
    weights = dict(attribution.shares)
    customer = weights.pop(Party.CUSTOMER, Fraction()) - (1 - owed)
    if customer > 0:
        weights[str(Party.CUSTOMER)] = customer
    return weights if owed and weights else {str(Party.FIRM): Fraction(1)}
