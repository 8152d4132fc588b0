"""Twelve months of service recovery: the figures, and one customer as an object.

What is done, for each customer who is still there, month by month and in this order:

1. Satisfaction, from 0.70, goes 2 % of the way back to 0.75.
2. With a chance of 8 % the service fails: minor, moderate or major (60, 30, 10 %), the
   blame with company, partner, outside or the customer (60, 20, 12, 8 %).
3. Of those who were failed 35, 55 or 75 % complain, by severity; opportunists (2 % of
   the customers) always do, and claim falsely in 15 % of the other months: a minor
   failure, laid to the company.
4. A claim is answered after a log-normal delay (median 24 hours, sigma 1, whole
   minutes) in five steps. With this one, more than three claims within six months are
   suspicious, and nothing is paid. Else the first rule that holds says how many basis
   points of the price are paid, half a cent rounded up, at most 120 euros.
5. Satisfaction changes by the loss, what was paid, the delay, the apology (company and
   partner) and the alternatives (from moderate up), and by chance; a false claim gains
   0.02 if it is paid and loses 0.10 if not. Below 0.30 people warn others, above 0.85
   they recommend.
6. A logistic curve of satisfaction says who leaves.

`Customer` is one month's arithmetic, shared by all tools that keep objects, so that
they differ by the tool alone.
"""

from __future__ import annotations

import math
from random import Random
from typing import TypeAlias

MONTHS = 12
FAILS, OPPORTUNIST, FALSE = 0.08, 0.02, 0.15
START, USUAL, FADES, NOISE = 0.70, 0.75, 0.02, 0.05
TIERS = (0.70, 0.90)
PRICES = (5_000, 9_000, 20_000)
SEVERITIES = (0.60, 0.90)
BLAMES = (0.60, 0.80, 0.92)
COMPLAINS = (0.35, 0.55, 0.75)
LOSSES = (0.10, 0.22, 0.40)
MEDIAN, SIGMA = 24.0, 1.0
LOG_MINUTES = math.log(60.0 * MEDIAN)
STEPS = (0.02, 0.10, 0.35, 0.80, 1.00)
WINDOW, CLAIMS = 6, 3
KEPT = (1 << WINDOW) - 1
CAP = 12_000
LOW, HIGH = 0.30, 0.85
STEEP, EVEN = 7.0, 0.6 - 5.5 / 7.0

# Blame as a set of bits, least severity, delay and tier, basis points; first match.
RULES = (
    (8, 0, 0, 0, 0),
    (4, 0, 0, 0, 500),
    (15, 2, 2_880, 0, 10_000),
    (15, 1, 1_440, 1, 6_000),
    (15, 1, 0, 0, 4_000),
    (15, 0, 0, 0, 1_500),
)

COUNTS = (
    *("months", "failures", "claims", "false", "flagged", "paid", "minutes"),
    *("warnings", "recommendations", "left", "satisfaction"),
)


class Tally:
    """Count what happened."""

    __slots__ = COUNTS

    def __init__(self) -> None:
        """Begin at nought."""
        for name in COUNTS:
            setattr(self, name, 0)

    def counts(self) -> dict[str, float]:
        """Give the counts by name."""
        return {name: getattr(self, name) for name in COUNTS}


Claim: TypeAlias = tuple[bool, int, int, int]
"""Whether it is genuine, severity, blame and delay."""


def paid(blame: int, severity: int, delay: int, tier: int) -> int:
    """Say what the rules pay, in cents."""
    for blames, least, late, rank, points in RULES:
        if blames >> blame & 1 and severity >= least and delay >= late and tier >= rank:
            return min(CAP, (PRICES[tier] * points + 5_000) // 10_000)
    return 0


class Customer:
    """One customer, a month at a time."""

    __slots__ = ("history", "is_opportunist", "satisfaction", "tier")

    def __init__(self, luck: Random) -> None:
        """Draw who it is."""
        chance = luck.random()
        self.tier = 0 if chance < TIERS[0] else 1 if chance < TIERS[1] else 2
        self.is_opportunist = luck.random() < OPPORTUNIST
        self.satisfaction = START
        self.history = 0

    def begin(self, luck: Random, tally: Tally) -> Claim | None:
        """Live as far as a claim, if there is one."""
        tally.months += 1
        self.satisfaction += FADES * (USUAL - self.satisfaction)
        self.history = self.history << 1 & KEPT
        if luck.random() < FAILS:
            tally.failures += 1
            chance, bounds = luck.random(), SEVERITIES
            severity = 0 if chance < bounds[0] else 1 if chance < bounds[1] else 2
            chance, blame = luck.random(), 0
            if chance >= BLAMES[0]:
                blame = 1 if chance < BLAMES[1] else 2 if chance < BLAMES[2] else 3
            if self.is_opportunist or luck.random() < COMPLAINS[severity]:
                delay = math.exp(LOG_MINUTES + SIGMA * luck.gauss(0.0, 1.0))
                return True, severity, blame, int(delay)
            self._feel(luck.gauss(0.0, NOISE) - LOSSES[severity], tally)
        elif self.is_opportunist and luck.random() < FALSE:
            delay = math.exp(LOG_MINUTES + SIGMA * luck.gauss(0.0, 1.0))
            return False, 0, 0, int(delay)
        return None

    def finish(self, claim: Claim, luck: Random, tally: Tally) -> None:
        """Take the answer to a claim."""
        is_genuine, severity, blame, delay = claim
        self.history |= 1
        tally.claims += 1
        tally.minutes += delay
        is_flagged = self.history.bit_count() > CLAIMS
        amount = 0 if is_flagged else paid(blame, severity, delay, self.tier)
        tally.paid += amount
        tally.flagged += is_flagged
        if is_genuine:
            self._feel(
                0.30 * amount / PRICES[self.tier]
                + 0.08 * (1.0 - min(delay / 60.0, 168.0) / 84.0)
                + 0.06 * (blame <= 1)
                + 0.04 * (severity >= 1)
                + luck.gauss(0.0, NOISE)
                - LOSSES[severity],
                tally,
            )
        else:
            tally.false += 1
            self._feel(0.02 if amount else -0.10, tally)

    def _feel(self, change: float, tally: Tally) -> None:
        felt = self.satisfaction + change
        self.satisfaction = felt = (
            0.0 if felt < 0.0 else 1.0 if felt > 1.0 else felt  # noqa: FURB136 - slower
        )
        if felt < LOW:
            tally.warnings += 1
        elif felt > HIGH:
            tally.recommendations += 1

    def leaves(self, luck: Random, tally: Tally) -> bool:
        """Say whether it is for good."""
        chance = 1.0 / (1.0 + math.exp(STEEP * (self.satisfaction - EVEN)))
        if luck.random() < chance:
            tally.left += 1
            return True
        return False
