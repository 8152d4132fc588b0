"""The public strategies: sound, plain when shrunk, and found by type alone."""

import enum
import inspect
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any, cast

import attrs
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import recovery_core
from _recovery_core_plugins import for_hypothesis
from recovery_core import (
    Attribution,
    Case,
    Claim,
    Customer,
    Event,
    Fact,
    Facts,
    Money,
    PastClaim,
    Reason,
    RecoveryEngine,
    Remedy,
    ServiceFailure,
    Timing,
)
from recovery_core._domain.checks import unit_share
from recovery_core.authority import Authority
from recovery_core.events import MOVES, RECORDS, Detail, Offer, OwnStep
from recovery_core.process import (
    FIVE_STEPS,
    AlwaysInReach,
    Process,
    State,
    Trigger,
    explore,
    replay,
)
from recovery_core.testing import _types, check_process, strategies
from recovery_core.testing.strategies.claims import past_claims
from recovery_core.testing.strategies.levels import timings
from recovery_core.testing.strategies.plain import whole_numbers
from tests.support.laws import check_value

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NAMES = [*strategies.__all__]
CLASSES = [
    Process,
    State,
    Trigger,
    *(
        kind
        for name in recovery_core.__all__
        if inspect.isclass(kind := getattr(recovery_core, name))
    ),
]
NO_VALUES = {Money, Process, RecoveryEngine}


def rebuilt(value: Any) -> Any:
    """Build a value once more, through all of its checks."""
    is_plain = attrs.has(type(value)) and not isinstance(value, Money | Authority)
    return attrs.evolve(value) if is_plain else value


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_is_sound(name: str) -> None:
    """Every strategy draws values that hold to their own checks, and hash."""

    @given(getattr(strategies, name)())
    @settings(max_examples=25)
    def draw(value: Any) -> None:
        assert rebuilt(value) == value
        hash(value)

    draw()


@pytest.mark.parametrize("name", strategies.__all__)
def test_a_strategy_says_what_it_draws(name: str) -> None:
    """Each public strategy is documented, and built once for the same arguments."""
    build = getattr(strategies, name)
    assert "Returns:\n    A strategy for " in inspect.cleandoc(build.__doc__)
    given_ = (0, 9) if name == "whole_numbers" else ()
    if name != "facts":
        assert build(*given_) is build(*given_)


@pytest.mark.parametrize(
    ("strategy", "plain"),
    [
        (strategies.claims(), Claim(ServiceFailure("late"), NOON)),
        (strategies.customers(), Customer("late")),
        (strategies.failures(), ServiceFailure("late")),
        (strategies.attributions(), Attribution.to("firm")),
        (strategies.reasons(), Reason("offer-expired", "late")),
        (strategies.monies(), Money("0.00", "EUR")),
        (strategies.facts(), Facts()),
        (strategies.processes(), FIVE_STEPS),
    ],
)
def test_what_fails_shrinks_to_what_is_plain(
    strategy: SearchStrategy[Any], plain: object
) -> None:
    """The simplest value drawn is one that a person would have written."""
    assert find(strategy, lambda _: True) == plain


@given(whole_numbers(3, 7))
def test_whole_numbers_stay_in_range(number: int) -> None:
    """Edges outside of the range are not drawn."""
    assert 3 <= number <= 7


@given(strategies.monies("JPY", min_minor=-5, max_minor=5))
def test_money_stays_in_range(money: Money) -> None:
    """Currency and bounds hold."""
    assert money.currency == "JPY"
    assert -5 <= money.minor <= 5


@given(strategies.awards("EUR", max_minor=100), strategies.remedies("EUR"))
def test_awards_keep_to_a_currency(award: Any, remedy: Remedy) -> None:
    """Everything in an award is of the currency asked for, and within the bound."""
    values = [each.value for each in award.remedies if each.value is not None]
    assert {value.currency for value in values} <= {"EUR"}
    assert all(value.minor <= 100 for value in values)
    assert remedy.value is None or remedy.value.currency == "EUR"


@given(past_claims("EUR", was_confirmed=True))
def test_past_claims_are_as_asked_for(past: PastClaim) -> None:
    """Currency and confirmation hold."""
    assert past.was_confirmed
    assert past.awarded is None or past.awarded.currency == "EUR"


@given(strategies.facts({"late": st.integers(0, 9), "why": st.just("fog")}))
def test_facts_are_those_asked_for(facts: Facts) -> None:
    """All facts that were named are drawn, and no others."""
    assert set(facts) == {"late", "why"}
    assert 0 <= facts.read("late", int) <= 9


@given(strategies.claims(strategies.failures(st.just(Facts({"a": 1}))), st.none()))
def test_claims_are_of_the_failures_and_customers_given(claim: Claim) -> None:
    """What is given takes the place of what is usual."""
    assert claim.customer is None
    assert claim.failure.facts == {"a": 1}


@given(strategies.claims())
def test_a_history_lies_before_its_claim(claim: Claim) -> None:
    """Earlier claims are dated within two years and a bit before the claim."""
    for past in claim.customer.claims if claim.customer else ():
        age = claim.as_of.date() - past.on
        assert timedelta() <= age < timedelta(days=800)


def counted(claim: Claim) -> int:
    """Count unconfirmed claims of the last quarter."""
    known = claim.customer.claims if claim.customer else ()
    recent = (p for p in known if (claim.as_of.date() - p.on).days < 90)
    return sum(not past.was_confirmed for past in recent)


def test_claims_reach_where_rules_decide() -> None:
    """What rules and detectors tell apart is drawn within a few hundred claims."""
    reached: Counter[str] = Counter()

    @given(strategies.claims())
    @settings(max_examples=250, database=None, derandomize=True)
    def draw(claim: Claim) -> None:
        customer, causes = claim.customer, claim.failure.causes
        reached["many unconfirmed"] += counted(claim) >= 3
        reached["unknown customer"] += customer is None
        reached["uncounted"] += customer is not None and customer.encounters is None
        reached["chain"] += any(cause.parent for cause in causes)
        reached["long case"] += bool(claim.earlier) and bool(claim.verdict.action)

    draw()
    assert min(reached.values()) > 0


@given(strategies.events())
def test_an_event_carries_what_its_edge_demands(event: Event) -> None:
    """A drawn event could stand in some log of the five steps."""
    kind = type(event.detail)
    if event.move.is_stay:
        assert kind in RECORDS
    else:
        assert kind is MOVES[event.trigger]
    assert event.process == FIVE_STEPS.hash


@given(st.data(), strategies.processes())
def test_events_and_moves_can_be_of_any_process(
    data: st.DataObject, process: Process
) -> None:
    """A process of one's own has its own edges; what it has no words for is a step."""
    event = data.draw(strategies.events(process))
    assert event.process == data.draw(strategies.moves(process)).process == process.hash
    if event.trigger not in MOVES and not event.move.is_stay:
        assert type(event.detail) is OwnStep


@given(strategies.details(Offer))
def test_details_are_of_the_sorts_given(detail: Detail) -> None:
    """Asked for one sort, nothing else is drawn."""
    assert isinstance(detail, Offer)


@given(strategies.processes())
def test_a_drawn_process_is_sound(process: Process) -> None:
    """Whatever its shape, an end is in reach from everywhere."""
    assert explore(process, [AlwaysInReach()]).holds
    assert check_process(process).is_proved


@given(timings())
def test_the_figures_of_a_timing_agree(timing: Timing) -> None:
    """What was met was met no earlier than its clock had run."""
    assert timing.elapsed >= timedelta()
    assert timing.met_at is None or timing.met_at >= timing.started_at + timing.elapsed


@given(strategies.authorities())
def test_an_authority_limits_ana_and_not_kim(authority: Authority) -> None:
    """Drawn authorities know two people; one may give anything."""
    assert {person for person, _ in authority.roles} == {"ana", "kim"}


@given(strategies.shares(), strategies.engines())
def test_shares_and_engines(share: Any, engine: RecoveryEngine) -> None:
    """A share is one, and an engine's clock stands."""
    unit_share(None, cast("Any", None), share)
    assert engine.clock() == engine.clock()
    assert engine.new_id() == "C-1"


# ------------------------------------------------------------------------- by type


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_at_the_front_door_is_drawn_by_type(kind: type) -> None:
    """``st.from_type`` draws sound values of each, with no import of the strategies."""

    @given(st.from_type(kind))
    @settings(max_examples=15)
    def draw(value: Any) -> None:
        assert isinstance(value, kind)
        if attrs.has(kind) and kind not in NO_VALUES:
            check_value(value)

    draw()
    is_enum = issubclass(kind, enum.Enum)
    assert is_enum is (kind not in _types.STRATEGIES)


@given(st.from_type(Fact), st.from_type(Detail), st.from_type(Money | None))  # type: ignore[arg-type]
def test_unions_are_drawn_too(fact: Any, detail: Any, money: Money | None) -> None:
    """What is a union to Python draws what the union means: no naive moments."""
    assert Facts({"a": fact})["a"] == fact
    assert type(detail) in {*MOVES.values(), *RECORDS, OwnStep}
    assert money is None or isinstance(money, Money)


@given(st.from_type(Case))
@settings(max_examples=25)
def test_a_case_drawn_by_type_could_have_happened(case: Case) -> None:
    """The log of a drawn case replays."""
    assert replay(case.events, FIVE_STEPS) == case


def test_what_is_not_ours_is_left_alone() -> None:
    """Other types are none of our business, generic ones neither."""
    assert for_hypothesis.resolve(int) is None
    assert for_hypothesis.resolve(dict[str, int]) is None
    assert for_hypothesis.resolve(list[Money]) is None
    assert for_hypothesis.resolve(Money) is strategies.monies()


def test_a_user_may_register_another_strategy() -> None:
    """Whoever registers a strategy of their own is heard first."""

    class Refund(Remedy):
        pass

    own: Any = st.just("mine")
    st.register_type_strategy(Refund, own)
    found: object = find(st.from_type(Refund), lambda _: True)
    assert found == "mine"


def test_without_late_types_all_are_registered_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Hypothesis that cannot look types up late is told of each of them."""
    registered: dict[Any, Any] = {}
    monkeypatch.setattr(st, "register_type_strategy", registered.__setitem__)
    modules = {
        "hypothesis.strategies._internal.types": ModuleType("types"),
        "recovery_core.testing._types": _types,
    }
    monkeypatch.setattr(for_hypothesis, "import_module", modules.__getitem__)
    for_hypothesis.register()
    assert set(CLASSES) - set(registered) == {
        kind for kind in CLASSES if issubclass(kind, enum.Enum)
    }
    assert registered[Money](Money) is strategies.monies()


def test_hypothesis_alone_loads_nothing_of_ours() -> None:
    """The hook costs next to nothing until a type of ours is asked for."""
    code = (
        "import sys, hypothesis.strategies as st\n"
        "assert '_recovery_core_plugins.for_hypothesis' in sys.modules\n"
        "assert 'recovery_core' not in sys.modules\n"
        "from recovery_core import ServiceFailure\n"
        "st.from_type(int)\n"
        "assert 'recovery_core.testing' not in sys.modules\n"
        "from hypothesis import find\n"
        "found = find(st.from_type(ServiceFailure), lambda _: True)\n"
        "assert found == ServiceFailure('late'), found\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
