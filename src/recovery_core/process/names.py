"""The words of the five-step process: where a case stands, and what moves it."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["State", "Trigger", "Who"]


class State(StrEnum):
    """Name where a case of the five-step process stands."""

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
    """Name what sets a case of the five-step process in motion."""

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


class Who(StrEnum):
    """Name whose move a step is."""

    COMPANY = "company"
    CUSTOMER = "customer"
    CLOCK = "clock"
    EITHER = "either"
