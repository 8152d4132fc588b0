"""`check_policy`: what is right passes and says how, what is wrong is shown small."""

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import strategies as st

from recovery_core import (
    Award,
    Claim,
    Fact,
    Money,
    Reason,
    Remedy,
    RemedyKind,
    ServiceFailure,
)
from recovery_core.errors import BrokenPromiseError, InvalidValueError
from recovery_core.policy import (
    CompensationPolicy,
    SpendingLimit,
    capped,
    dated,
    only_if,
    owed,
    set_off,
)
from recovery_core.schedules import eu261
from recovery_core.tables import (
    Rule,
    Table,
    column,
    half_of,
    least_of,
    percent_of,
    sum_of_amounts,
)
from recovery_core.testing import CheckReport, boundary_claims, check_policy
from recovery_core.testing import strategies as drawn

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FEW = 40

late = column.minutes("late", most=600)
fare = column.money("fare", "EUR", most=Money("900.00", "EUR"))
gender = column.choices("gender", "f", "m", "x")
tier = column.choices("tier", "basic", "silver", "gold", ordered=True)

REPAY = Table(
    "Delay Repay",
    [
        Rule("half", when=late.between(30, 60), amends=half_of(fare)),
        Rule("full", when=late >= 60, amends=fare),
    ],
    otherwise="less than 30 minutes late",
)
SHARE = Table(
    "29 %",
    [Rule("part", when=late >= 30, amends=percent_of(fare, 29))],
    otherwise="less than 30 minutes late",
)
COLUMNS = [late, fare]


def eur(minor: int) -> Money:
    """Count in cents."""
    return Money.from_minor(minor, "EUR")


def cash(minor: int, *, code: str = "paid", currency: str = "EUR") -> Award:
    """Pay an amount, or nothing."""
    given = (
        Remedy(RemedyKind.CASH, Money.from_minor(minor, currency)) if minor else None
    )
    return Award(amends=(given,) if given else (), because=(Reason(code, code),))


def facts(claim: Claim) -> tuple[int, int]:
    """Read delay and fare."""
    known = claim.failure.facts
    minutes, price = known["late"], known["fare"]
    assert isinstance(minutes, int)
    assert isinstance(price, Money)
    return minutes, price.minor


def repay(claim: Claim) -> Award:
    """Pay as the table does, as one would write it by hand."""
    minutes, price = facts(claim)
    if minutes >= 60:
        return cash(price)
    return cash((price + 1) // 2 if minutes >= 30 else 0)


def broken(policy: Any, **promised: Any) -> BrokenPromiseError:
    """Check what must fail, and give the failure."""
    with pytest.raises(BrokenPromiseError) as caught:
        check_policy(policy, **{"max_examples": FEW, **promised})
    return caught.value


def asked(failure: BrokenPromiseError) -> dict[str, Fact]:
    """Give the facts of the claim that a failure shows."""
    assert isinstance(failure.asked, Claim)
    return dict(failure.asked.failure.facts)


def how(report: CheckReport) -> dict[str, str]:
    """Tell of each promise how it is known to be kept."""
    return {
        result.promise: "proved"
        if result.is_proved
        else "searched"
        if result.examples
        else ""
        for result in report.results
    }


ALWAYS = (
    "it never raises on a claim",
    "it answers with a sound Award",
    "it reads the claim, and no clock, no chance and no file",
    "it leaves the claim as it was",
    "it gives equal claims equal answers, whenever it is asked",
)
AT_ONCE = "it decides many claims at once as it decides each alone"
PROMISED: dict[str, Any] = {
    "never_above": fare,
    "rises_with": [late, fare],
    "never_pays_when": late < 30,
    "never_less_than": capped(REPAY, at=eur(10_00)),
    "equal_to": REPAY,
}
PROMISES = (
    "it never pays more than fare",
    "it pays no less as late grows",
    "it pays no less as fare grows",
    "it pays nothing when late <= 29 min",
    "it never pays less than capped(Delay Repay)",
    "it pays what Delay Repay pays",
)


# --------------------------------------------------------------- what is right passes


def test_what_a_table_promises_is_proved_and_the_rest_is_searched() -> None:
    """The report says of each promise which."""
    found = how(check_policy(REPAY, **PROMISED, max_examples=FEW))

    assert {found[promise] for promise in PROMISES} == {"proved"}
    assert {found[promise] for promise in ALWAYS} == {"searched"}
    assert found["it pays in EUR and nothing else"] == "searched"
    assert found[AT_ONCE] == "searched"
    assert found["case_id does not move its answer"] == "searched"


def test_what_a_function_promises_is_searched() -> None:
    """A plain function is asked at the boundaries of what it reads and is held to."""
    found = how(check_policy(repay, reads=COLUMNS, **PROMISED, max_examples=FEW))

    assert {found[promise] for promise in (*PROMISES, *ALWAYS)} == {"searched"}
    assert AT_ONCE not in found


def _is_a_claim(claim: Claim) -> bool:
    return claim.round > 0


def test_compositions_are_proved_as_far_as_proofs_reach() -> None:
    """A cap and set-off are proved; what asks a function of the claim is searched."""
    cap = eur(20_00)
    near = how(check_policy(capped(REPAY, at=cap), never_above=cap, max_examples=FEW))
    off = how(check_policy(set_off(REPAY), never_above=fare, max_examples=FEW))
    always = only_if(_is_a_claim, REPAY, because="always")
    some = how(check_policy(always, never_above=fare, max_examples=FEW))

    assert near["it never pays more than EUR 20.00"] == "proved"
    assert off["it never pays more than fare"] == "proved"
    assert some["it never pays more than fare"] == "searched"
    assert some["it pays in EUR and nothing else"] == "searched"


def test_without_the_extra_of_proofs_all_is_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where z3 is missing, the same promises are searched, and the report says so."""
    monkeypatch.setitem(sys.modules, "z3", None)
    found = how(check_policy(REPAY, **PROMISED, max_examples=FEW))

    assert {found[promise] for promise in PROMISES} == {"searched"}


def test_without_its_extra_the_reader_of_arrays_is_never_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where `batch` is not installed the report says that this was never tried."""
    for name in [name for name in sys.modules if "tables.batch" in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nanoarrow", None)
    found = check_policy(REPAY, max_examples=FEW)

    assert f"never tried: {AT_ONCE}" in str(found)
    assert AT_ONCE not in how(check_policy(REPAY, batch=False, max_examples=FEW))


def test_a_promise_nobody_could_settle_in_time_is_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proof that did not come off is no proof."""

    def unknown(policy: object, limit: object) -> object:
        return attrs.evolve(settled, holds=None)

    from recovery_core.tables import prove

    settled = prove.never_above(REPAY, fare)
    monkeypatch.setattr(prove, "never_above", unknown)
    found = how(check_policy(REPAY, never_above=fare, max_examples=FEW))

    assert found["it never pays more than fare"] == "searched"


def test_a_published_schedule_keeps_its_promises() -> None:
    """Its versions, its care and its defence are asked about at their boundaries."""
    found = how(check_policy(eu261, ignores=["failure.touchpoint"], max_examples=300))
    limit = how(check_policy(eu261.table(), never_above=eur(600_00), max_examples=FEW))

    assert limit["it never pays more than EUR 600.00"] == "proved"
    assert found["it pays in EUR and nothing else"] == "searched"
    assert found["failure.touchpoint does not move its answer"] == "searched"


@pytest.mark.parametrize(
    "policy",
    [
        set_off(only_if(lambda claim: claim.cycle < 9, REPAY, because="in time")),
        SpendingLimit(eur(900_00)),
    ],
)
def test_what_takes_earlier_gifts_off_keeps_a_budget(
    policy: CompensationPolicy,
) -> None:
    """Whatever was given before, an award stays within what is left."""
    found = how(
        check_policy(
            policy,
            budget=eur(900_00),
            claims=boundary_claims(COLUMNS, claims=_of_a_case()),
            max_examples=FEW,
        )
    )

    text = "a case never costs more than EUR 900.00, whatever was given before"
    assert found[text] == "searched"


@st.composite
def _of_a_case(draw: st.DrawFn) -> Claim:
    loss = draw(st.none() | drawn.monies("EUR", min_minor=1, max_minor=10**5))
    given = drawn.remedies("EUR", max_minor=10**5)
    return Claim(
        ServiceFailure("failed", loss=loss),
        NOW,
        earlier=tuple(draw(st.lists(given, max_size=2))),
    )


def test_a_policy_without_columns_is_asked_any_claim() -> None:
    """Where nobody says what it reads, it is asked about anything there is."""
    limit = SpendingLimit(eur(0))
    claims = _of_a_case()
    nothing = check_policy(lambda _: Award.nothing(), max_examples=FEW)

    assert {*how(nothing).values()} == {"searched"}

    kept = how(check_policy(limit, claims=claims, never_above=eur(0), max_examples=5))

    assert kept["it never pays more than EUR 0.00"] == "searched"


# ------------------------------------------------------------ what is wrong is caught


def _off_by_one(claim: Claim) -> Award:
    minutes, price = facts(claim)
    return cash(price if minutes > 60 else 0)


def _by_float(claim: Claim) -> Award:
    minutes, price = facts(claim)
    return cash(int(price * 0.29) if minutes >= 30 else 0)


def _in_dollars(claim: Claim) -> Award:
    minutes, price = facts(claim)
    return cash(price, currency="USD" if minutes == 77 else "EUR")


def _by_the_clock(claim: Claim) -> Award:
    return cash(100 if datetime.now(UTC).year < 2000 else 200)


def _by_the_timer(claim: Claim) -> Award:
    return cash(int(time.monotonic()) % 2)


def _by_chance(claim: Claim) -> Award:
    return cash(random.choice([1, 2]))


def _by_a_file(claim: Claim) -> Award:
    return cash(len(Path(__file__).read_bytes()) % 7)


def _raising(claim: Claim) -> Award:
    return cash(0 if claim.failure.facts["seat"] else 1)


def _raising_at_one_value(claim: Claim) -> Award:
    minutes, price = facts(claim)
    return cash(price // abs(minutes - 61))


def _by_customer(claim: Claim) -> Award:
    vip = claim.customer is not None and claim.customer.id == "vip"
    return cash(200 if vip else 100)


def _by_case(claim: Claim) -> Award:
    return cash(100 + (claim.case_id == "C-7"))


def _by_gender(claim: Claim) -> Award:
    return cash(100 if claim.failure.facts.get("gender") == "m" else 99)


def _by_tier(claim: Claim) -> Award:
    gold = claim.customer is not None and claim.customer.tier == "gold"
    return cash(100 if gold else 50)


def _a_cent_above(claim: Claim) -> Award:
    _, price = facts(claim)
    return cash(price + (price == 4200))


def _falls_in_one_band(claim: Claim) -> Award:
    minutes, price = facts(claim)
    if minutes >= 120:
        return cash(price // 4)
    return cash(price // 2 if minutes >= 60 else 0)


SEEN: list[str] = []


def _remembering(claim: Claim) -> Award:
    SEEN.append("claim")
    return cash(len(SEEN))


def _answering_nothing(claim: Claim) -> Any:
    return None


def _answering_a_float(claim: Claim) -> Any:
    return 12.5


async def _answering_later(claim: Claim) -> Award:
    return Award()


def _forging(claim: Claim) -> Award:
    award = cash(100)
    object.__setattr__(award, "amends", [*award.amends])
    return award


def _changing_the_claim(claim: Claim) -> Award:
    object.__setattr__(claim, "cycle", 7)
    return cash(100)


def _twice_the_budget(claim: Claim) -> Award:
    return cash(600)


def _forgetful(claim: Claim) -> Award:
    spent = claim.earlier[-1].value if claim.earlier else None
    return cash(max(1000 - (spent.minor if spent else 0), 0))


def _paying_too_early(claim: Claim) -> Award:
    minutes, price = facts(claim)
    return cash(price if minutes >= 29 else 0)


def _less_on_the_last_minute(claim: Claim) -> Award:
    return Award() if facts(claim)[0] == 600 else repay(claim)


def _rounding_down(claim: Claim) -> Award:
    minutes, price = facts(claim)
    return cash(price if minutes >= 60 else price // 2 if minutes >= 30 else 0)


WRONG: list[tuple[Callable[[Claim], Any], dict[str, Any], str, dict[str, object]]] = [
    (_off_by_one, {"equal_to": REPAY}, "pays what", {"late": 30, "fare": eur(1)}),
    (
        _off_by_one,
        {"never_less_than": REPAY, "never_pays_when": late < 60},
        "never pays less",
        {"late": 30, "fare": eur(1)},
    ),
    (
        _by_float,
        {"equal_to": SHARE},
        "pays what",
        {"late": 30, "fare": eur(2)},
    ),
    (_in_dollars, {"currency": "EUR"}, "pays in EUR", {"late": 77, "fare": eur(1)}),
    (_by_the_clock, {}, "no clock", {}),
    (_by_the_timer, {}, "no clock", {}),
    (_by_chance, {}, "no chance", {}),
    (_by_a_file, {}, "no file", {}),
    (_raising, {}, "never raises", {}),
    (_raising_at_one_value, {}, "never raises", {"late": 61, "fare": eur(0)}),
    (_by_customer, {}, "customer.id", {}),
    (_by_case, {}, "case_id", {}),
    (_by_gender, {"ignores": ["facts.gender"]}, "facts.gender", {}),
    (_by_tier, {"ignores": ["customer.tier"]}, "customer.tier", {}),
    (_a_cent_above, {"never_above": fare}, "more than", {"late": 0, "fare": eur(4200)}),
    (
        _falls_in_one_band,
        {"rises_with": late},
        "no less as late",
        {"late": 60, "fare": eur(2)},
    ),
    (_remembering, {}, "equal answers", {}),
    (_answering_nothing, {}, "sound Award", {}),
    (_answering_a_float, {}, "sound Award", {}),
    (_answering_later, {}, "sound Award", {}),
    (_forging, {}, "sound Award", {}),
    (_changing_the_claim, {}, "as it was", {}),
    (_twice_the_budget, {"budget": eur(10_00)}, "never costs more", {}),
    (_forgetful, {"budget": eur(10_00)}, "never costs more", {}),
    (
        _paying_too_early,
        {"never_pays_when": late < 30},
        "pays nothing",
        {"late": 29, "fare": eur(1)},
    ),
    (
        _less_on_the_last_minute,
        {"rises_with": late},
        "no less as late",
        {"late": 30, "fare": eur(1)},
    ),
    (_rounding_down, {"equal_to": REPAY}, "pays what", {"late": 30, "fare": eur(1)}),
    (repay, {"falls_with": late}, "no more as late", {"late": 0, "fare": eur(1)}),
    (repay, {"never_above": half_of(fare)}, "more", {"late": 60, "fare": eur(2)}),
]


@pytest.mark.parametrize(("policy", "promised", "promise", "smallest"), WRONG)
def test_a_function_that_is_wrong_is_caught_on_the_smallest_claim(
    policy: Callable[[Claim], Any],
    promised: dict[str, Any],
    promise: str,
    smallest: dict[str, object],
) -> None:
    """Every sort of mistake breaks the promise it breaks, where it is least."""
    SEEN.clear()
    reads = COLUMNS if smallest else [gender] if policy is _by_gender else ()
    failure = broken(policy, reads=reads, **promised)

    assert promise in failure.promise
    assert policy.__name__ in failure.plug
    if smallest:
        assert asked(failure) == smallest


def table(*rules: Rule, hit: str = "unique") -> Table:
    """Make a table of a few rules, and nothing otherwise."""
    return Table("wrong", rules, otherwise="too short", hit=hit)


ALL = Rule("all", when=late >= 30, amends=fare)
WRONG_TABLES: list[tuple[Table, dict[str, Any], dict[str, object]]] = [
    (
        table(Rule("full", when=late > 60, amends=fare)),
        {"equal_to": REPAY},
        {"late": 30, "fare": eur(1)},
    ),
    (
        table(
            Rule("half", when=late.between(30, 61), amends=half_of(fare)),
            Rule("full", when=late >= 61, amends=fare),
        ),
        {"never_less_than": REPAY},
        {"late": 60, "fare": eur(2)},
    ),
    (
        table(
            Rule("full", when=late.between(30, 60), amends=fare),
            Rule("half", when=late >= 60, amends=half_of(fare)),
        ),
        {"rises_with": late},
        {"late": 30, "fare": eur(2)},
    ),
    (
        table(Rule("all", when=late >= 29, amends=fare)),
        {"never_pays_when": late < 30},
        {"late": 29, "fare": eur(1)},
    ),
    (
        table(Rule("more", when=late >= 30, amends=sum_of_amounts(fare, eur(1)))),
        {"never_above": fare},
        {"late": 30, "fare": eur(0)},
    ),
    (
        table(Rule("fine", when=late >= 30, amends=least_of(fare, eur(50_00)))),
        {"falls_with": fare},
        {"late": 30, "fare": eur(0)},
    ),
    (
        table(
            Rule("a", when=late >= 30, amends=eur(10_00)),
            Rule("b", when=late >= 60, amends=eur(10_00)),
            hit="sum",
        ),
        {"never_above": eur(10_00)},
        {"late": 60},
    ),
    (
        table(Rule("men", when=(late >= 30) & (gender == "m"), amends=fare)),
        {"ignores": "facts.gender"},
        {"late": 30, "fare": eur(1)},
    ),
    (table(ALL), {"budget": eur(100_00)}, {"late": 30}),
    (table(ALL), {"currency": "USD"}, {"late": 30, "fare": eur(1)}),
]


@pytest.mark.parametrize("is_proved", [True, False])
@pytest.mark.parametrize(("wrong", "promised", "smallest"), WRONG_TABLES)
def test_a_table_that_is_wrong_is_caught_on_the_smallest_claim(
    wrong: Table,
    promised: dict[str, Any],
    smallest: dict[str, object],
    is_proved: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is proved wrong is found where it is least; so is what is searched."""
    if not is_proved:
        monkeypatch.setitem(sys.modules, "z3", None)
    failure = broken(wrong, **promised)

    assert smallest.items() <= asked(failure).items()
    assert failure.plug == "wrong"


def test_both_ways_find_the_same_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest claim of a search is that of a proof, down to the message."""
    wrong = WRONG_TABLES[0][0]
    proved = str(broken(wrong, equal_to=REPAY))
    monkeypatch.setitem(sys.modules, "z3", None)

    assert str(broken(wrong, equal_to=REPAY)) == proved


# ------------------------------------------------------------------ what a failure says


def test_a_failure_shows_claim_payment_rule_and_promise() -> None:
    """Facts go by their names, money by what is paid, the rule by its code."""
    wrong = table(Rule("all", when=late >= 29, amends=fare))

    assert str(broken(wrong, never_pays_when=late < 30)).splitlines() == [
        "wrong breaks a promise: it pays nothing when late <= 29 min",
        "  asked: late=29, fare=EUR 0.01",
        "  paid: EUR 0.01 by 'all'",
        "  promised: nothing",
    ]
    assert str(
        broken(repay, reads=COLUMNS, never_above=half_of(fare))
    ).splitlines() == [
        "repay breaks a promise: it never pays more than 50 % of fare (half up)",
        "  asked: late=60, fare=EUR 0.02",
        "  paid: EUR 0.02 by 'paid'",
        "  promised: at most EUR 0.01",
    ]


@pytest.mark.parametrize("policy", [REPAY, repay])
def test_a_failure_of_a_column_that_grows_shows_both_claims(policy: Any) -> None:
    """The smaller claim comes first, and each with what is paid on it."""
    told = str(broken(policy, reads=COLUMNS, falls_with=late)).splitlines()

    assert [line.partition(" by")[0] for line in told[1:]] == [
        "  asked: late=0, fare=EUR 0.01",
        "  paid: nothing",
        "  asked: late=30, fare=EUR 0.01",
        "  paid: EUR 0.01",
    ]


def test_a_failure_of_a_budget_tells_what_was_paid_cycle_by_cycle() -> None:
    """Each award stands in its line, and what was given before."""
    told = str(broken(_twice_the_budget, budget=eur(10_00))).splitlines()

    assert told[2:] == [
        "  paid: EUR 6.00 by 'paid'",
        "  paid in cycle 2: EUR 6.00 by 'paid'",
        "  promised: at most EUR 10.00 in all, with EUR 6.00 given before",
    ]


def test_a_failure_shows_whatever_else_of_a_claim_is_not_as_usual() -> None:
    """Besides the facts: the day, the share that is owed, the customer."""

    def picky(claim: Claim) -> Award:
        day = claim.failure.occurred_on == date(2026, 1, 1)
        return cash(0 if claim.owed == 1 and not day else 100)

    versions = dated({date(2026, 1, 1): picky})
    assert "owed=" in str(broken(versions, reads=late, never_above=eur(0))) or "on 2026"
    bare = broken(lambda _: cash(1), never_above=eur(0))
    assert "lambda" in bare.plug
    assert "asked: a claim that says nothing" in str(bare)


def test_a_choice_of_several_is_shown_whole() -> None:
    """An award of several things names each of them."""
    meal = Remedy(RemedyKind.CARE, what="a meal")
    policy = Table(
        "choice",
        [Rule("both", when=late >= 30, alternatives=[fare, eur(5)], amends=meal)],
        otherwise="too short",
    )
    told = str(broken(policy, never_above=eur(4)))

    assert "cash EUR 0.05, care (a meal) by 'both'" in told


# -------------------------------------------------------------------------- wrong use


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ({"reads": [7]}, "is no column"),
        ({"reads": ["customer.tier"]}, "name what tells who"),
        ({"rises_with": "late"}, "is no column"),
        ({"rises_with": gender}, "no order"),
        ({"never_above": 1.5}, "give Money"),
        ({"never_pays_when": "late"}, "compare a column"),
        ({"ignores": ["customer.shoe"]}, "no part of a claim"),
        ({"never_pays_when": (late < 30) & (gender == "x")}, "no claim met"),
    ],
)
def test_what_cannot_be_promised_is_refused(wrong: dict[str, Any], mend: str) -> None:
    """A promise that makes no sense, or that nothing could test, is no promise kept."""
    claims = boundary_claims(COLUMNS) if "claim met" in mend else None
    with pytest.raises(InvalidValueError, match=mend):
        check_policy(
            repay, **{"reads": COLUMNS, "claims": claims, "max_examples": 5, **wrong}
        )


def test_a_column_that_is_read_elsewhere_cannot_grow_alone_in_a_search() -> None:
    """What is computed, or read from the claim, is moved by nothing of its own."""
    rounds = column.integer("rounds", 1, 9).read_from(lambda claim: claim.round)

    with pytest.raises(InvalidValueError, match="cannot grow alone"):
        check_policy(repay, reads=[*COLUMNS, rounds], rises_with=rounds, max_examples=5)


@pytest.mark.parametrize(
    "promise",
    [{"never_above": fare}, {"rises_with": late}, {"never_above": half_of(fare)}],
)
def test_a_promise_that_no_claim_put_to_the_test_is_no_promise_kept(
    promise: dict[str, Any],
) -> None:
    """Where no claim has what a promise is about, that is said."""
    claims = st.just(Claim(ServiceFailure("failed"), NOW))

    with pytest.raises(InvalidValueError, match="never put to the test"):
        check_policy(lambda _: Award(), claims=claims, **promise)


def test_who_may_matter_may_be_said() -> None:
    """A policy that goes by the customer says so, and is not blamed for it."""
    found = how(check_policy(_by_customer, reads="customer.id", max_examples=FEW))

    assert "customer.id does not move its answer" not in found


def test_ignored_facts_take_the_values_of_their_column() -> None:
    """A table is asked about what its column can hold, missing or not; or as said."""
    known = gender.optional()
    good = Table(
        "fair",
        [
            Rule("all", when=(late >= 30) & ~known.is_missing, amends=eur(5)),
            Rule("none", when=(late >= 30) & known.is_missing, amends=eur(5)),
        ],
        otherwise="too short",
    )
    for ignores in (["facts.gender"], {"facts.gender": ["f", "m"]}):
        found = how(check_policy(good, ignores=ignores, max_examples=FEW))
        assert found["facts.gender does not move its answer"] == "searched"


def test_another_policy_in_another_currency_is_not_matched() -> None:
    """To pay other money is not to pay the same, nor as much."""

    def dollars(claim: Claim) -> Award:
        return cash(100, currency="USD")

    for promise in ("equal_to", "never_less_than"):
        assert "pays" in broken(repay, reads=COLUMNS, **{promise: dollars}).promise


def test_owed_and_the_company_s_share_are_asked_about() -> None:
    """Claims are drawn of which all, half and nothing is owed."""
    from recovery_core import Rounding

    shared = owed(REPAY, rounding=Rounding.DOWN)
    failure = broken(shared, equal_to=REPAY)

    assert isinstance(failure.asked, Claim)
    assert failure.asked.owed < 1
    assert "owed=Fraction" in str(failure)


def test_a_proof_about_what_is_read_elsewhere_shows_a_claim_that_says_so() -> None:
    """What a column reads from the claim stands there in the claim that is shown."""
    free = column.flag("free").read_from(lambda claim: not claim.owed)
    some = Table(
        "some", [Rule("all", when=late >= 30, amends=eur(5))], otherwise="too short"
    )
    none = Table(
        "none",
        [Rule("all", when=(late >= 30) & ~free, amends=eur(5))],
        otherwise="too short",
    )
    failure = broken(none, never_less_than=some)

    assert isinstance(failure.asked, Claim)
    assert failure.asked.owed == 0
    assert asked(failure) == {"late": 30}
    assert none(failure.asked).worth is None


def test_a_reader_of_arrays_that_differs_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is decided among many claims is compared cent by cent."""
    from recovery_core.tables.batch import run

    real = run.decide

    def wrong(policy: Any, data: Any) -> Any:
        found = real(policy, data)
        return attrs.evolve(found, minor=found.minor + (found.minor > 0))

    monkeypatch.setattr(run, "decide", wrong)
    failure = broken(REPAY)

    assert "many claims at once" in failure.promise
    assert asked(failure) == {"late": 30, "fare": eur(1)}
    assert "2 minor units by 'half'" in str(failure)


def test_conditions_may_be_about_what_is_computed_or_read() -> None:
    """What a plain function is held to may go by any column there is."""

    @column.choices("band", "near", "far").computed_from(late)
    def band(minutes: int) -> str:
        return "far" if minutes >= 217 else "near"

    free = column.flag("free").read_from(lambda claim: not claim.owed)
    told = broken(repay, reads=COLUMNS, never_pays_when=[band == "far"])
    waived = broken(repay, reads=COLUMNS, never_pays_when=free)

    assert asked(told) == {"late": 217, "fare": eur(1)}
    assert isinstance(waived.asked, Claim)
    assert asked(waived) == {"late": 30, "fare": eur(1)}
    assert waived.asked.owed == 0


def test_claims_of_one_s_own_are_left_as_they_are() -> None:
    """Where the caller says what is asked, nothing else is, nor made of it."""
    given = Claim(ServiceFailure("x", facts={"late": 99, "fare": eur(50)}), NOW)
    failure = broken(repay, claims=st.just(given), never_above=eur(1))

    assert failure.asked == given


def test_what_a_proof_finds_is_shown_on_a_claim_if_there_is_one() -> None:
    """A value that is read from the claim is no fact of its name: one is searched."""
    age = column.days("age", most=50).read_from(lambda c: 5 if c.cycle == 1 else 6)
    policy = Table("aged", [Rule("a", when=age >= 6, amends=eur(5))], otherwise="x")
    failure = broken(policy, never_above=eur(4))

    assert isinstance(failure.asked, Claim)
    assert asked(failure) == {}
    assert policy(failure.asked).worth == eur(5)
    assert "cycle=2" in str(failure)


@pytest.mark.parametrize("has_z3", [True, False])
def test_what_no_claim_says_is_a_failure_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_z3: bool,
) -> None:
    """A column may hold what it declares, whatever its reader finds: as in proofs.

    Who knows better says so in the column.
    """
    if not has_z3:
        monkeypatch.setitem(sys.modules, "z3", None)
    age = column.days("age", most=50).read_from(lambda _: 5)
    rules = [
        Rule("a", when=(age >= 6) & (late >= 30), amends=eur(5)),
        Rule("b", when=(age < 6) & (late >= 30), amends=eur(3)),
    ]
    policy = Table("aged", rules, otherwise="x")
    failure = broken(policy, never_above=eur(4))
    falls = broken(capped(policy, at=eur(5)), falls_with=age)

    assert str(failure).splitlines() == [
        "aged breaks a promise: it never pays more than EUR 0.04",
        "  asked: age=6, late=30 (age is read from the claim, and stands here by name)",
        "  paid: EUR 0.05 by 'a'",
        "  promised: at most EUR 0.04",
    ]
    assert isinstance(failure.asked, Claim)
    assert policy.decision(failure.asked.failure.facts).award.worth == eur(5)
    assert (asked(falls)["age"], asked(falls)["late"]) == (0, 30)
    young = column.days("age", most=5).read_from(lambda _: 5)
    rules = [Rule("b", when=(young < 6) & (late >= 30), amends=eur(3))]
    known = how(check_policy(Table("y", rules, otherwise="x"), never_above=eur(4)))
    assert known["it never pays more than EUR 0.04"] == (
        "proved" if has_z3 else "searched"
    )


def test_what_cannot_be_read_here_is_the_policy_s_own_fault() -> None:
    """A reader that raises, or that reads what no column holds, is found as that."""
    seen = column.flag("seen").read_from(lambda claim: claim.evidence[0] == "photo")
    part = column.integer("part", 3, 9).read_from(lambda claim: claim.cycle)
    for when in (seen, part >= 5):
        policy = Table("odd", [Rule("all", when=when, amends=eur(5))], otherwise="x")
        assert "never raises" in broken(policy, never_above=eur(4)).promise


def test_a_proof_that_the_policy_belies_is_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a claim says all, and the policy pays otherwise, it is searched too."""
    from recovery_core.tables import prove

    wrong = attrs.evolve(prove.never_above(SHARE, eur(1)), paid=eur(7))
    monkeypatch.setattr(prove, "never_above", lambda *_: wrong)
    report = check_policy(REPAY, never_above=fare, max_examples=FEW)

    assert "examples: it never pays more than fare" in str(report)


@pytest.mark.parametrize("has_z3", [True, False])
def test_a_column_read_from_the_claim_is_proved_or_searched(
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_z3: bool,
) -> None:
    """The same suite passes with and without the extra, and the report says how."""
    if not has_z3:
        monkeypatch.setitem(sys.modules, "z3", None)
    rounds = column.integer("rounds", 1, 9).read_from(lambda claim: claim.round)
    policy = Table("r", [Rule("all", when=rounds >= 2, amends=eur(5))], otherwise="x")
    found = how(check_policy(policy, rises_with=rounds, max_examples=FEW))

    how_known = "proved" if has_z3 else "searched"
    assert found["it pays no less as rounds grows"] == how_known
    failure = broken(policy, falls_with=rounds)
    assert "rounds=2 (rounds is read from the claim, and stands here by name)" in (
        str(failure)
    )


@pytest.mark.parametrize("has_z3", [True, False])
def test_what_a_combinator_reads_grows_like_a_column(
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_z3: bool,
) -> None:
    """It goes by the name that it has in arrays and proofs."""
    if not has_z3:
        monkeypatch.setitem(sys.modules, "z3", None)
    given = column.money(
        "already_given", "EUR", most=Money.from_minor(2**53 - 1, "EUR")
    )
    policy = set_off(REPAY)
    found = how(check_policy(policy, falls_with=given, max_examples=FEW))
    failure = broken(policy, rises_with=given)

    how_known = "proved" if has_z3 else "searched"
    assert found["it pays no more as already_given grows"] == how_known
    assert asked(failure)["late"] == 30
    before = "earlier=" if has_z3 else "already_given=EUR "
    assert before in str(failure)
    assert "stands here by name" not in str(failure)


def test_what_a_proof_found_on_a_row_is_not_searched_among_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is raised once no claim was found that says so."""
    from recovery_core.testing._terms import Terms

    monkeypatch.setattr(Terms, "check_row_promises_and_count_examples", lambda *_: {})
    age = column.days("age", most=50).read_from(lambda _: 5)
    rule = Rule("old", when=(age >= 6) & (late >= 30), amends=eur(5))
    policy = Table("aged", [rule], otherwise="x")
    assert "age=6, late=30 (age is read" in str(broken(policy, never_above=eur(4)))


def test_of_two_claims_each_is_read_as_the_proof_found_it() -> None:
    """A pair that pays alike by chance is no proof; another pair is searched."""
    age = column.days("age", most=50).read_from(lambda _: 5)
    rule = Rule("any", when=(age <= 9) & (late < 30), amends=eur(5))
    failure = broken(Table("aged", [rule], otherwise="x"), rises_with=late)
    assert "age" not in asked(failure)
    assert "late" in asked(failure)


def test_claims_of_one_s_own_move_nothing_that_is_read_from_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What could not be proved is then never tried, and the report says why."""
    monkeypatch.setitem(sys.modules, "z3", None)
    rounds = column.integer("rounds", 1, 9).read_from(lambda claim: claim.round)
    policy = Table("r", [Rule("all", when=rounds >= 2, amends=eur(5))], otherwise="x")
    claims = st.just(Claim(ServiceFailure("x"), NOW))
    told = str(check_policy(policy, rises_with=rounds, claims=claims))

    why = "rounds is read from the claim, so a search cannot move it alone"
    assert f"never tried: it pays no less as rounds grows ({why}" in told


@pytest.mark.parametrize("has_z3", [True, False])
def test_alone_means_that_what_follows_the_fact_stays(
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_z3: bool,
) -> None:
    """A reader that follows the fact that grows is a column of its own."""
    if not has_z3:
        monkeypatch.setitem(sys.modules, "z3", None)
    left = column.minutes("left", most=600).read_from(
        lambda claim: 600 - int(str(claim.failure.facts["late"]))
    )
    short = column.minutes("late", most=600)
    policy = Table(
        "t",
        [Rule("r", when=(short >= 30) & (left >= 300), amends=eur(5))],
        otherwise="x",
    )
    found = how(check_policy(policy, rises_with=short, max_examples=FEW))
    assert found["it pays no less as late grows"] == (
        "proved" if has_z3 else "searched"
    )


@pytest.mark.parametrize("has_z3", [True, False])
def test_a_table_that_never_pays_keeps_its_promises_with_and_without_proofs(
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_z3: bool,
) -> None:
    """It is no function of which nobody knows whether it would."""
    if not has_z3:
        monkeypatch.setitem(sys.modules, "z3", None)
    silent = Table("s", [Rule("r", when=late > 5)], otherwise="x")
    found = check_policy(silent, never_above=fare, rises_with=late, max_examples=FEW)
    why = "no claim that had what the limit reads was ever paid anything"
    told = f"never tried: it never pays more than fare ({why})"
    assert (told in str(found)) is not has_z3


def _never(_: Claim) -> Award:
    return Award.nothing()


@pytest.mark.parametrize(
    "promised",
    [
        {"never_above": eur(1)},
        {"never_above": fare},
        {"rises_with": late},
        {"falls_with": fare},
        {"currency": "EUR"},
        {"budget": eur(5)},
    ],
)
def test_who_never_pays_has_not_kept_a_promise_about_paying(
    promised: dict[str, Any],
) -> None:
    """A promise about what is paid is put to the test where something is."""
    with pytest.raises(InvalidValueError, match="ever paid"):
        check_policy(_never, reads=COLUMNS, max_examples=FEW, **promised)


def test_who_must_never_pay_need_not() -> None:
    """A promise to pay nothing is kept by paying nothing."""
    report = check_policy(
        _never,
        reads=COLUMNS,
        never_above=eur(0),
        never_pays_when=late >= 0,
        budget=eur(0),
        equal_to=_never,
        max_examples=FEW,
    )
    told = "never tried: it pays in EUR and nothing else (nothing was ever paid)"
    assert told in str(report)
