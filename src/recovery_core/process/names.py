"""The words of the five-step process: where a case stands, and what moves it."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Side", "State", "Trigger"]


class State(StrEnum):
    """The place of a case in the five-step process."""

    REPORTED = "reported"
    ACKNOWLEDGED = "acknowledged"
    APOLOGIZED = "apologized"
    OFFERED = "offered"
    CONTESTED = "contested"
    ACCEPTED = "accepted"
    AMENDED = "amended"
    UNRESOLVED = "unresolved"
    CLOSED = "closed"
    MERGED = "merged"


class Trigger(StrEnum):
    """The verbs that move a case through the five-step process."""

    ACKNOWLEDGE = "acknowledge"
    APOLOGIZE = "apologize"
    OFFER = "offer"
    ACCEPT = "accept"
    CONTEST = "contest"
    LAPSE = "lapse"
    MAKE_AMENDS = "make_amends"
    DECLINE = "decline"
    CONCEDE = "concede"
    WITHDRAW = "withdraw"
    FEED_BACK = "feed_back"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    MERGE = "merge"


class Side(StrEnum):
    """The side whose move a step is."""

    COMPANY = "company"
    CUSTOMER = "customer"
    CLOCK = "clock"
    EITHER = "either"
