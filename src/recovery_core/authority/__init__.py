"""Who may give what, and how much of it, without asking anybody."""

from .grants import Grant
from .rule import Authority, AuthorityRule, unlimited
from .spending import SpentBy, spent_on

__all__ = [
    "Authority",
    "AuthorityRule",
    "Grant",
    "SpentBy",
    "spent_on",
    "unlimited",
]
