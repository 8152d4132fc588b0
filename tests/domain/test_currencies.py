"""Money is known by its currency, in force or withdrawn since."""

from __future__ import annotations

import copy
import json
import pickle
import runpy
from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import (
    Award,
    Claim,
    Customer,
    Money,
    PastClaim,
    Reason,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    Rounding,
    ServiceFailure,
    events_from_json,
    events_to_json,
    from_json,
    to_json,
)
from recovery_core._domain._currencies import EXPONENTS, WITHDRAWN
from recovery_core._domain.currency import withdrawal
from recovery_core._domain.money import parse_money_on_record
from recovery_core.authority import spent_on
from recovery_core.cli import main
from recovery_core.errors import (
    ContractError,
    CurrencyMismatchError,
    InvalidValueError,
    TransitionNotAllowedError,
)
from recovery_core.policy import Reimbursement, capped, set_off
from recovery_core.tables import Rule, Table, column, decide, half_of

ROOT: Final = Path(__file__).parents[2]
THEN: Final = datetime(2022, 5, 1, 12, tzinfo=UTC)
NOW: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
KUNA: Final = Money.from_minor(10_000, "HRK")

gone = st.sampled_from(sorted(WITHDRAWN))
withdrawn_money = st.builds(Money.from_minor, st.integers(-(10**9), 10**9), gone)


def engine_at(at: datetime, policy: Any = None) -> RecoveryEngine:
    """Build an engine at a moment."""
    return RecoveryEngine(policy=policy or Reimbursement(), clock=lambda: at)


# What stands in the list


def cldr() -> dict[str, tuple[int, tuple[int, int], set[str]]]:
    """Read decimals, last month and what is used today from Unicode's data."""
    fractions = get_global("currency_fractions")
    found: dict[str, tuple[int, tuple[int, int], set[str]]] = {}
    for rows in get_global("territory_currencies").values():
        today = {code for code, _, end, is_tender in rows if is_tender and not end}
        for code, _, end, _ in rows:
            decimals = fractions.get(code, fractions["DEFAULT"])[0]
            _, last, used = found.get(code, (0, (0, 0), set()))
            ended = (end or (9999, 12, 31))[:2]
            found[code] = decimals, max(last, ended), used | today
    return found


# Unicode tells how many decimals people use, and ISO how many there are.
USED_WITHOUT: Final = {"MRO", "SLL", "STD", "ZMK"}


@pytest.mark.parametrize("code", WITHDRAWN)
def test_a_withdrawn_currency_is_known_elsewhere_too(code: str) -> None:
    """Decimals, month and successor agree with a source that is not ISO."""
    decimals, month, today = WITHDRAWN[code]
    theirs, (last_year, last_month), used = cldr()[code]
    assert decimals == theirs or (code in USED_WITHOUT and not theirs)
    # It may have been good for some months more, and for no year.
    assert last_year * 12 + last_month <= int(month[:4]) * 12 + int(month[5:]) + 12
    assert not today or today in used


def test_no_currency_is_both_in_force_and_withdrawn() -> None:
    """And what is used instead is in force."""
    assert not WITHDRAWN.keys() & EXPONENTS.keys()
    assert {today for _, _, today in WITHDRAWN.values()} <= {"", *EXPONENTS}
    for code in ("BGN", "HRK", "ANG", "DEM", "SLL", "ZWL"):
        assert WITHDRAWN[code][0] == 2
    assert "GRD" not in WITHDRAWN  # some count it in hundredths, and some do not


def tool(**changed: Any) -> dict[str, Any]:
    """Load the tool that writes the list, with some of what it reads changed."""
    loaded = runpy.run_path(str(ROOT / "tools/make_currencies.py"))
    made: dict[str, Any] = loaded["render"].__globals__
    made.update(changed)
    return made


def test_what_leaves_list_one_keeps_its_decimals() -> None:
    """The generator remembers what it wrote before; so nobody has to."""
    made = tool()
    made["raw_table"] = {c: row for c, row in made["raw_table"].items() if c != "KWD"}
    made["historic"] = lambda: {"KWD": [("KUWAIT", "2030-01")]}
    assert made["withdrawn"]() == {"KWD": (3, "2030-01", "KWD")}


def test_decimals_of_a_currency_in_force_never_change_in_silence() -> None:
    """Stored counts of the smallest unit would be read as other amounts."""
    made = tool()
    krona = {**made["raw_table"]["ISK"], "CcyMnrUnts": "2"}
    made["raw_table"] = {**made["raw_table"], "ISK": krona}
    with pytest.raises(SystemExit, match="ISK had 0 decimals and now has 2"):
        made["render"]()


# Money in it


@given(withdrawn_money)
def test_what_is_on_record_reads_back(money: Money) -> None:
    """As a pickle, a copy, text or minor units, with the decimals it always had."""
    assert money.exponent == WITHDRAWN[money.currency][0]
    assert pickle.loads(pickle.dumps(money)) == money  # noqa: S301 - our own
    assert copy.deepcopy(money) == copy.copy(money) == money
    assert parse_money_on_record(str(money)) == money
    assert Money.from_minor(money.minor, money.currency) == money
    assert money.amount * 10**money.exponent == money.minor


@given(withdrawn_money, st.integers(1, 5))
def test_what_is_on_record_is_reckoned_with(money: Money, n: int) -> None:
    """Sums, shares, parts and comparisons do not ask whether it is in force."""
    zero = Money.zero(money.currency)
    assert sum([money] * n, zero) == money * n
    assert money - money == zero
    assert sum(money.allocate([1] * n), zero) == money
    assert money.times(Fraction(1, 1), rounding=Rounding.DOWN) == money
    assert (money > zero) is (money.minor > 0)
    assert abs(-money) == abs(money)
    with pytest.raises(CurrencyMismatchError):
        _ = money + Money("1.00", "USD")


@given(gone)
def test_new_money_is_refused_with_month_and_successor(code: str) -> None:
    """`Money` and `parse` make new money, and in a withdrawn currency they do not."""
    _, month, today = WITHDRAWN[code]
    mend = f"{code} was withdrawn in {month}: make new money in {today or 'a currency'}"
    ways: list[Callable[[], Money]] = [
        lambda: Money("1", code),
        lambda: Money.parse(f"{code} 1"),
    ]
    for way in ways:
        with pytest.raises(InvalidValueError) as refusal:
            way()
        assert str(refusal.value).startswith(mend)


def test_a_withdrawn_code_is_recognized_however_it_is_written() -> None:
    """What was meant is told of withdrawn currencies, too."""
    with pytest.raises(InvalidValueError, match="did you mean 'HRK'"):
        Money("1.00", "hrk")


def test_a_currency_is_withdrawn_from_a_month_on() -> None:
    """Before, it is in force: an engine may be asked about a day long ago."""
    assert withdrawal("HRK", datetime(2022, 12, 31, tzinfo=UTC)) is None
    assert withdrawal("HRK", datetime(2023, 1, 1, tzinfo=UTC)) == ("2023-01", "EUR")
    assert withdrawal("EUR", datetime(9999, 1, 1, tzinfo=UTC)) is None


# Cases in it


def case_in(code: str) -> Any:
    """Walk a case through as it was then, with money in every corner."""
    money = Money.from_minor(4_200, code)
    past = PastClaim(date(2022, 1, 1), awarded=money)
    customer = Customer("ann", claims=(past,), annual_sales=money)
    failure = ServiceFailure("late", loss=money, facts={"fare": money})
    return engine_at(datetime(1990, 1, 1, tzinfo=UTC)).recover(
        failure, customer, lesson="none", case_id="C"
    )


@pytest.mark.parametrize("code", WITHDRAWN)
def test_a_case_in_a_withdrawn_currency_reads_back(code: str) -> None:
    """Loss, facts, history, award and what was given, in one text or event by event."""
    case = case_in(code)
    assert from_json(to_json(case)) == case
    assert events_from_json(events_to_json(case)) == case
    assert pickle.loads(pickle.dumps(case)) == case  # noqa: S301 - our own
    assert str(Money.from_minor(4_200, code)) in case.explain()
    in_euros = json.loads(to_json(case_in("HRK")).replace('"HRK"', '"EUR"'))
    again = json.dumps(in_euros).replace('"EUR"', f'"{code}"')
    assert from_json(again) == case


def test_a_case_of_then_goes_on_today() -> None:
    """It is merged, paid, reopened and measured; new money is in a new currency."""
    old, today = case_in("HRK"), engine_at(NOW, set_off(Reimbursement()))
    again = today.reopen(old, "never came")
    merged, survivor = today.merge(again, today.open(ServiceFailure("again")))
    assert merged.is_open is False
    assert [remedy.value for remedy in survivor.given] == [
        Money.from_minor(4200, "HRK")
    ]
    assert from_json(to_json(survivor)) == survivor
    assert spent_on([old], "company", date(1990, 1, 1), "HRK").minor == 4_200


def ready(at: datetime, policy: Any = None) -> Any:
    """Bring a case with a loss in kuna to where an offer is due."""
    engine = engine_at(at, policy)
    case = engine.open(ServiceFailure("late", loss=KUNA), case_id="C")
    return engine, engine.apologize(engine.acknowledge(case))


def test_nothing_is_offered_in_a_withdrawn_currency() -> None:
    """Whoever made the award; and the reason says what to offer instead."""
    engine, case = ready(NOW)
    for award in (None, Award(amends=(Remedy(RemedyKind.CASH, KUNA),))):
        with pytest.raises(TransitionNotAllowedError) as refusal:
            engine.offer(case, award=award)
        (reason,) = refusal.value.reasons
        assert reason == Reason(
            "currency-withdrawn",
            "HRK was withdrawn: offer EUR",
            {"currency": "HRK", "since": "2023-01"},
        )
    euros = Award(amends=(Remedy(RemedyKind.CASH, Money("13.27", "EUR")),))
    assert engine.offer(case, award=euros).offer.award == euros


def test_what_was_offered_in_time_is_still_given() -> None:
    """An offer of then is accepted and given today: that is no new money."""
    then, case = ready(THEN)
    offered = then.offer(case)
    today = engine_at(NOW)
    given = today.make_amends(today.accept(offered))
    assert [remedy.value for remedy in given.given] == [KUNA]


def test_a_policy_that_makes_new_money_is_told_why_not() -> None:
    """Its own slip, so it breaks its contract; the mend is in the message."""

    def five(claim: Claim) -> Award:
        return Award(amends=(Remedy(RemedyKind.CASH, Money("5.00", "HRK")),))

    engine, case = ready(NOW, five)
    with pytest.raises(ContractError, match=r"five .* HRK was withdrawn in 2023-01"):
        engine.offer(case)


# Tables and policies over it


def kuna(minor: int) -> Money:
    """Read an amount that is on record in kuna."""
    return Money.from_minor(minor, "HRK")


FARE: Final = column.money("fare", "HRK", most=kuna(10**6))
TABLE: Final = Table(
    "then",
    [
        Rule("half", when=kuna(5_000) <= FARE, amends=half_of(FARE)),
        Rule("flat", when=kuna(5_000) > FARE, amends=kuna(100)),
    ],
)


def test_claims_of_then_are_decided_today() -> None:
    """A column describes what claims held, and a formula reckons with it."""
    again = Table.from_json(TABLE.to_json())
    assert again == TABLE
    assert again.hash == TABLE.hash
    for minor, paid in ((10_000, 5_000), (4_999, 100)):
        facts = {"fare": kuna(minor)}
        claim = Claim(ServiceFailure("late", facts=facts), THEN)
        assert again(claim).worth == kuna(paid)
    assert list(decide(again, {"fare": [10_000, 4_999]}).minor) == [5_000, 100]
    with pytest.raises(InvalidValueError, match="HRK was withdrawn in 2023-01"):
        Money("50.00", "HRK") <= FARE  # noqa: B015 - it is refused


def test_the_command_line_reads_claims_of_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Amounts on the command line and in files are on record, and no new money."""
    table, claims = tmp_path / "then.json", tmp_path / "claims.csv"
    table.write_text(TABLE.to_json(), encoding="utf-8")
    claims.write_text("fare\n100.00\n49.99\n", encoding="utf-8")
    for words in (
        ["explain", str(table), "fare=100.00"],
        ["explain", str(table), "fare=HRK 100.00"],
        ["backtest", str(table), str(table), "--data", str(claims)],
        ["prove", str(table), "--never-above", "HRK 5000.00"],
        ["show", str(table)],
    ):
        assert main(["policy", *words]) == 0, words
        assert "HRK 5" in capsys.readouterr().out, words


def test_policies_reckon_with_what_was_given() -> None:
    """Set off and capped, in the currency of the claim."""
    kuna = Remedy(RemedyKind.REFUND, Money.from_minor(4_000, "HRK"))
    claim = Claim(ServiceFailure("late", loss=KUNA), THEN, earlier=(kuna,))
    policy = set_off(capped(Reimbursement(), at=Money.from_minor(9_000, "HRK")))
    assert policy(claim).worth == Money.from_minor(5_000, "HRK")
    assert claim.already_given["HRK"].minor == 4_000
