"""Promises about time, as data: the ready ones, and what they are made of."""

from ._domain.service_level import ACKNOWLEDGE, RESOLVE, ServiceLevel, Timing

__all__ = ["ACKNOWLEDGE", "RESOLVE", "ServiceLevel", "Timing"]
