"""The engine: the only place where process, policy, blame and suspicion meet."""

from .engine import RecoveryEngine
from .plugs import Clock

__all__ = ["Clock", "RecoveryEngine"]
