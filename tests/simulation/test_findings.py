"""The shipped worlds behave as the literature on service recovery found people to."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from functools import cache
from typing import Any, Final

import attrs
import pytest

from recovery_core import (
    Award,
    Claim,
    Money,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    Rounding,
)
from recovery_core.abuse import ClaimVelocity
from recovery_core.authority import Authority, Grant
from recovery_core.policy import Reimbursement, sum_of
from recovery_core.simulation import (
    Company,
    Comparison,
    Delay,
    Learning,
    Persistence,
    World,
    compare,
    paradox,
    shop,
    simulate,
    tarp,
)
from recovery_core.simulation.calibration.tarp import tarp_company
from recovery_core.simulation.reactions import DoubleDeviation, default_models
from recovery_core.simulation.runs.paradox import Paradox


def give_nothing(claim: Claim) -> Award:
    """Turn everybody down."""
    return Award.nothing()


def give_a_little_more(claim: Claim) -> Award:
    """Add five euros of credit."""
    return Award(amends=(Remedy(RemedyKind.CREDIT, Money("5.00", "EUR")),))


def give_a_fifth_more(claim: Claim) -> Award:
    """Add a fifth of the loss as credit."""
    assert claim.failure.loss is not None
    value = claim.failure.loss.times(Fraction(1, 5), rounding=Rounding.HALF_UP)
    return Award(amends=(Remedy(RemedyKind.CREDIT, value),))


def company(policy: Any = None, *, median: float = 2.0, **more: Any) -> Company:
    """Answer after about so many hours, and pay what was lost unless told otherwise."""
    plugs = {name: more.pop(name) for name in ("abuse", "authority") if name in more}
    engine = RecoveryEngine(policy=policy or Reimbursement(), **plugs)
    return Company(engine=engine, response=Delay(median=median, sigma=0.5), **more)


QUICK: Final = company()
SLOW: Final = company(median=96.0)
GRUDGING: Final = company(give_nothing)
GENEROUS: Final = company(
    sum_of(Reimbursement(), give_a_little_more), median=1.0, apology_owns="always"
)

HONEST: Final = attrs.evolve(
    shop().population, tempted=0.0, opportunists=0.0, insatiable=0.0
)
CALM: Final = shop(population=HONEST, satisfaction_noise=0.0, persistence=Persistence())
"""The shop, without what is felt by chance and without those who make things up."""

CUSTOMERS: Final = 20_000


@cache
def twins(world: World) -> Paradox:
    """Measure the paradox in a world, once."""
    return paradox(GENEROUS, world, customers=CUSTOMERS, months=24)


@cache
def cost_of_failing(whose: Company, world: World) -> Comparison:
    """Set the world against the one in which nothing fails."""
    return compare(
        whose,
        whose,
        world.without_failures(),
        second_world=world,
        customers=CUSTOMERS,
    )


# ------------------------------------------------ the paradox, rare and not in the till


@pytest.mark.parametrize("world", [CALM, shop()], ids=["calm", "shop"])
def test_the_paradox_is_for_some_after_a_mild_first_failure(world: World) -> None:
    """Michel & Meuter (2008): real, rare, small; Magnini (2004): not if severe."""
    mild = twins(world).gap(nth="first", severity="minor")
    severe = twins(world).gap(nth="first", severity="major")
    assert mild is not None
    assert severe is not None
    assert mild.strong.low > 0.1
    assert mild.strong.high < 0.9
    assert abs(mild.effect) < 0.2
    assert severe.strong.value == 0


def test_the_paradox_shows_in_satisfaction_and_not_in_what_customers_do() -> None:
    """De Matos, Henrique & Rossi (2007): satisfied, and in no hurry to buy again."""
    more = sum_of(Reimbursement(), give_a_fifth_more)
    well = company(more, median=1.0, apology_owns="always")
    found = paradox(well, shop(), customers=40_000, months=24)
    mild = found.gap(nth="first", severity="minor")
    assert mild is not None
    assert mild.holds()
    assert 0 < mild.effect < 0.2
    assert found.retention.high < 0


@pytest.mark.parametrize("severity", ["minor", "moderate", "major"])
def test_a_second_failure_leaves_less_satisfied_than_the_first(severity: str) -> None:
    """Maxham & Netemeyer (2002): with the same recovery, and no paradox any more."""
    first = twins(CALM).gap(nth="first", severity=severity)
    later = twins(CALM).gap(nth="later", severity=severity)
    assert first is not None
    assert later is not None
    assert later.at_once.high < first.at_once.low
    assert later.strong.value < 0.01


def test_there_is_no_paradox_in_what_customers_do() -> None:
    """De Matos, Henrique & Rossi (2007), Knox & van Oest (2014): none in purchases."""
    assert twins(shop()).retention.high < 0
    assert cost_of_failing(GENEROUS, shop())["retention"].high < 0


def test_not_one_customer_stays_longer_for_having_been_failed() -> None:
    """Twin by twin, where nothing is felt by chance, failing wins nobody."""
    winners_losers = cost_of_failing(GENEROUS, CALM).winners_losers
    assert winners_losers.winners == 0
    assert winners_losers.losers > winners_losers.same / 2


@pytest.mark.parametrize("world", [CALM, shop()], ids=["calm", "shop"])
def test_recovery_reduces_the_churn_that_failures_cause(world: World) -> None:
    """Knox & van Oest (2014): it reduces it, and hardly ever cancels it."""
    saved = compare(GRUDGING, GENEROUS, world, customers=CUSTOMERS)["retention"]
    lost = cost_of_failing(GRUDGING, world)["retention"]
    still_lost = cost_of_failing(GENEROUS, world)["retention"]
    assert saved.low > 0
    assert still_lost.high < 0
    assert saved.high < -lost.low
    assert lost.high < still_lost.low


# ------------------------------------------------------------ how it went, and how well


@pytest.mark.parametrize("whose", [QUICK, GRUDGING], ids=["quick", "grudging"])
def test_severity_lowers_repurchase(whose: Company) -> None:
    """Soares & Proenca (2015)."""
    grid = simulate(whose, shop(), customers=CUSTOMERS).repurchase_grid()
    path = "quick" if whose is QUICK else "unresolved"
    back = [grid[severity, path] for severity in ("minor", "moderate", "major")]
    assert back[0].low > back[1].high > back[1].low > back[2].high


def test_quick_beats_slow() -> None:
    """Smith, Bolton & Wagner (1999): speed is justice; TARP: resolved quickly."""
    found = compare(SLOW, QUICK, shop(), customers=CUSTOMERS)
    assert found["at_once"].low > 0
    assert found["repurchase"].low > 0
    assert found["retention"].low > 0


def test_quick_beats_slow_among_the_customers_of_tarp() -> None:
    """TARP: 95 against 70 %, and 82 against 54 %."""
    quick, slow = tarp_company(median=4.0), tarp_company(median=200.0)
    assert compare(slow, quick, tarp(), customers=CUSTOMERS)["repurchase"].low > 0.05


def test_a_double_deviation_lowers_repurchase() -> None:
    """Bitner, Booms & Tetreault (1990): failed, and then failed again in mending it."""
    patient = shop(persistence=Persistence())
    again = shop(persistence=Persistence(reopens=1.0))
    found = compare(
        GRUDGING, GRUDGING, patient, second_world=again, customers=CUSTOMERS
    )
    assert found["double_deviation"].low > 0.9
    assert found["repurchase"].high < 0
    assert found["retention"].high < 0


def test_what_adds_up_lowers_repurchase() -> None:
    """Maxham & Netemeyer (2002): without blame that grows, more would come back."""
    models = tuple(m for m in default_models() if not isinstance(m, DoubleDeviation))
    found = compare(
        GRUDGING,
        GRUDGING,
        shop(reactions=models),
        second_world=shop(),
        customers=CUSTOMERS,
    )
    assert found["repurchase"].high < 0
    assert found["retention"].high < 0


# --------------------------------------------------------- what the company makes of it


def test_empowerment_settles_at_first_contact() -> None:
    """Who may spend without asking settles more at once, and asks less."""
    roles = {"agent": "agent", "lead": "lead"}
    grants = [Grant("agent", per_incident=Money("10.00", "EUR")), Grant("lead")]
    tied = Authority(grants, roles)
    free = Authority([Grant("agent"), Grant("lead")], roles)
    found = compare(
        company(authority=tied), company(authority=free), shop(), customers=4_000
    )
    assert found["first_contact"].low > 0.5
    assert found["escalation"].high < -0.5
    assert found["resolution"].high < 0


def test_learning_lowers_failures_in_later_months() -> None:
    """Feedback, the last step: what was learned prevents what would come next."""
    found = compare(
        company(), company(learning=Learning()), shop(), customers=CUSTOMERS
    )
    rates = [
        [sum(side.totals.months["failures"][months]) for months in _HALVES]
        for side in (found.first, found.second)
    ]
    (before, after), (learning, learned) = rates
    assert learned < 0.6 * after
    assert learned / learning < 0.6 * after / before
    assert found["failures"].high < 0
    assert found["retention"].low > 0


_HALVES: Final = (slice(0, 6), slice(18, 24))


def _with_opportunists(share: float) -> World:
    people = attrs.evolve(shop().population, opportunists=share, tempted=0.0)
    return shop(population=people, confirmation_rate=0.8)


def test_leakage_rises_with_the_share_of_opportunists() -> None:
    """Wirtz & Kum (2004): some work the system, and it is known what they cost."""
    shares = [
        simulate(QUICK, _with_opportunists(share), customers=10_000)["leakage"]
        for share in (0.0, 0.02, 0.1)
    ]
    assert shares[0].value == 0
    assert 0 < shares[1].low < shares[1].high < shares[2].low


def test_an_abuse_detector_lowers_leakage() -> None:
    """It costs something where genuine claims are slower to be believed."""
    detector = ClaimVelocity(0, timedelta(days=180))
    found = compare(
        QUICK,
        company(abuse=detector),
        _with_opportunists(0.05),
        customers=8_000,
        months=18,
    )
    assert found["leakage"].high < 0
    assert found["suspicion"].low > 0
