"""Whether somebody may give an award, and every reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import chain
from typing import Any, ClassVar, Protocol, cast

import attrs

from .._domain import checks
from .._domain.descriptions import describe
from .._domain.money import Money
from .._domain.plugs import contract_error, contract_error_of
from .._domain.reason import Reason
from .._domain.remedy import Award, Remedy, RemedyKind
from ..errors import InvalidValueError
from .grants import Grant, can_measure, greatest_worth, utc_day
from .spending import SpentBy

__all__ = ["Authority", "AuthorityRule", "unlimited"]


class AuthorityRule(Protocol):
    """What speaks against an award; any function with this signature fits."""

    def __call__(
        self, award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
    ) -> tuple[Reason, ...]:
        """Return every reason why somebody may not give an award; none if they may.

        Args:
            award: What is to be given.
            by: Who would give it.
            earlier: What this case was given before.
            at: The moment of asking; aware.
        """
        ...


def unlimited(_award: Award, /, **_asked: object) -> tuple[Reason, ...]:
    """Return no objection: anybody may give anything."""
    return ()


def _convert_to_role_pairs(
    roles: Mapping[str, str] | Iterable[tuple[str, str]],
) -> tuple[tuple[str, str], ...]:
    """Convert roles to pairs of person and role, sorted by person; refuse the rest."""
    given = cast("Any", roles)
    pairs = cast("Any", given).items() if isinstance(given, Mapping) else given
    try:
        return tuple(
            sorted(
                (_convert_to_plain_name(who), _convert_to_plain_name(role))
                for who, role in pairs
            )
        )
    except (TypeError, ValueError) as error:
        raise InvalidValueError(
            f"Authority.roles cannot be {describe(roles)}: give the role of each "
            'person, such as {"ana": "agent"}'
        ) from error


def _convert_to_plain_name(given: object) -> str:
    """Return the plain text of a name."""
    if not isinstance(given, str):
        raise TypeError(type(given))
    return checks.plain_text(given)


def _convert_to_grant_tuple(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Convert several grants to a tuple; anything else passes on to the validator."""
    if isinstance(cast("object", grants), Iterable):
        return tuple(grants)
    return cast("tuple[Grant, ...]", grants)


def _role_by_person(authority: Authority) -> dict[str, str]:
    return dict(authority.roles)


@attrs.frozen
class _Request:
    """What is asked of an authority, with the role found for whoever asks."""

    award: Award
    by: str
    role: str
    earlier: tuple[Remedy, ...]
    day: date

    def build_reason(self, code: str, text: str, **read: Any) -> Reason:
        return Reason(code, text, {"by": self.by, "role": self.role, **read})


@attrs.frozen
class Authority:
    """What each role may give without asking, and who has which role.

    Each remedy needs one grant of the role that covers its kind, in its currency, and
    whose limits hold; which one is free. A limit counts all that the award could cost
    at most in the kinds of the grant. Care and explanations without a value need no
    grant: nobody asks leave for those. What the law grants is counted like the rest:
    who pays it out is still a question of authority.

    Args:
        grants: Who may give what.
        roles: The role of each person; others have none.
        spent_by: What somebody spent in a day; demanded by limits per day.

    Raises:
        InvalidValueError: A limit per day has no `spent_by`, or a role no grant.

    Example:
        >>> grants = [Grant("agent", per_incident=Money("20.00", "EUR"))]
        >>> may = Authority(grants, {"ana": "agent"})
        >>> award = Award((Remedy(RemedyKind.REFUND, Money("20.01", "EUR")),))
        >>> now = datetime.fromisoformat("2026-05-01T12:00+00:00")
        >>> [reason.code for reason in may(award, by="ana", earlier=(), at=now)]
        ['above-per-incident']
    """

    __tag__: ClassVar[str] = "Authority"

    grants: tuple[Grant, ...] = attrs.field(
        converter=_convert_to_grant_tuple, validator=checks.tuple_of(Grant)
    )
    roles: tuple[tuple[str, str], ...] = attrs.field(converter=_convert_to_role_pairs)
    spent_by: SpentBy | None = attrs.field(
        default=None, validator=checks.maybe_function, kw_only=True
    )
    _role_of: dict[str, str] = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(_role_by_person, takes_self=True),
    )

    def __attrs_post_init__(self) -> None:
        """Refuse what could never be answered."""
        if self.spent_by is None and any(g.per_day is not None for g in self.grants):
            raise InvalidValueError(
                "a limit per day needs to know the day's spending: give spent_by=, "
                "such as partial(spent_on, cases)"
            )
        granted = {grant.role for grant in self.grants}
        for person, role in self.roles:
            if role not in granted:
                raise InvalidValueError(
                    f"{person} is {role!r}, but nothing was granted to that role: "
                    f"grant something, or Grant({role!r}, kinds=()) for nothing"
                )

    def __call__(
        self, award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
    ) -> tuple[Reason, ...]:
        """Return every reason why somebody may not give an award; none if they may.

        Args:
            award: What is to be given.
            by: Who would give it.
            earlier: What this case was given before.
            at: The moment of asking, aware; its day in UTC is the day that counts.

        Raises:
            ContractError: `spent_by` raised, or answered something else than Money in
                the currency it was asked for.
        """
        # Nobody needs leave to care or to explain, as long as no money goes with it.
        asking = [
            remedy
            for remedy in award.remedies
            if remedy.value is not None or not remedy.kind.is_humane
        ]
        if not asking:
            return ()
        role = self._role_of.get(by)
        if role is None:
            return (Reason("no-role", f"{by} has no role to give it in", {"by": by}),)
        request = _Request(award, by, role, earlier, utc_day(at))
        grants = [grant for grant in self.grants if grant.role == role]
        held_up = [
            (grant, self._list_broken_limits(grant, request)) for grant in grants
        ]
        found = [_list_reasons_against(remedy, held_up, request) for remedy in asking]
        return tuple(dict.fromkeys(chain.from_iterable(found)))

    def _list_broken_limits(
        self, grant: Grant, request: _Request
    ) -> tuple[Reason, ...]:
        """List the limits of one grant that the award would break."""
        if grant.currency is None:
            return ()
        award, currency = request.award, grant.currency
        asked = greatest_worth(award.alternatives, award.amends, currency, grant.kinds)
        if not asked:
            return ()
        found = (
            self._find_reason_above_incident(grant, asked, request),
            self._find_reason_above_day(grant, asked, request),
        )
        return tuple(reason for reason in found if reason is not None)

    def _find_reason_above_incident(
        self, grant: Grant, asked: Money, request: _Request
    ) -> Reason | None:
        """Return the reason if the limit per case would be exceeded; else None."""
        limit, currency = grant.per_incident, asked.currency
        before = greatest_worth((), request.earlier, currency, grant.kinds)
        if limit is None or before + asked <= limit:
            return None
        text = f"{request.role} may give {limit} an incident"
        read = {"limit": limit, "asked": asked, "earlier": before}
        return request.build_reason("above-per-incident", text, **read)

    def _find_reason_above_day(
        self, grant: Grant, asked: Money, request: _Request
    ) -> Reason | None:
        """Return the reason if the limit per day would be exceeded; else None."""
        limit, ask = grant.per_day, self.spent_by
        if limit is None or ask is None:
            return None
        spent = _ask_amount_spent(ask, request, asked.currency, grant.kinds)
        if spent + asked <= limit:
            return None
        text = f"{request.role} may give {limit} a day"
        read = {"limit": limit, "asked": asked, "spent": spent, "day": request.day}
        return request.build_reason("above-per-day", text, **read)


def _list_reasons_against(
    remedy: Remedy, held_up: list[tuple[Grant, tuple[Reason, ...]]], request: _Request
) -> tuple[Reason, ...]:
    """List what speaks against one remedy, given what holds up each grant."""
    covering = [held for held in held_up if held[0].covers(remedy.kind)]
    if not covering:
        text = f"{request.role} may not give a {remedy.kind}"
        return (request.build_reason("kind-not-granted", text, kind=str(remedy.kind)),)
    fitting = [against for grant, against in covering if can_measure(grant, remedy)]
    if not fitting:
        return (
            _build_unmeasured_reason(remedy, [grant for grant, _ in covering], request),
        )
    if not all(fitting):
        return ()
    return tuple(chain.from_iterable(fitting))


def _build_unmeasured_reason(
    remedy: Remedy, grants: Iterable[Grant], request: _Request
) -> Reason:
    """Build the reason why no limit can measure a remedy: no value, or currency."""
    if remedy.value is None:
        text = f"a {remedy.kind} without a value is measured by no limit: name its kind"
        return request.build_reason("value-unknown", text, kind=str(remedy.kind))
    known = ", ".join(sorted({grant.currency or "" for grant in grants}))
    text = f"{request.role} may give {known}, not {remedy.value.currency}"
    return request.build_reason("currency-not-granted", text, value=remedy.value)


def _ask_amount_spent(
    ask: SpentBy, request: _Request, currency: str, kinds: frozenset[RemedyKind] | None
) -> Money:
    """Return what somebody spent in a day, as the plug says; refuse other answers."""
    try:
        spent: object = ask(request.by, request.day, currency, kinds)
    except Exception as error:
        raise contract_error_of(ask, "", error) from error
    if type(spent) is not Money or spent.currency != currency:
        problem = (
            f"spent_by answered {describe(spent)}: give Money in {currency}, and "
            "0 of it for nothing"
        )
        raise contract_error(ask, "", problem)
    return spent
