"""What a customer feels about a failure and its recovery."""

from __future__ import annotations

import attrs

__all__ = ["Felt", "Justice"]


@attrs.frozen
class Justice:
    """The three sides of perceived justice, each from 0 to 1; 1/2 is neutral.

    Args:
        distributive: What was given, against what was lost.
        procedural: How fast and how easily.
        interactional: How the customer was treated.

    Source: Tax, Brown & Chandrashekaran (1998); Smith, Bolton & Wagner (1999).
    """

    distributive: float = 0.5
    procedural: float = 0.5
    interactional: float = 0.5


@attrs.frozen
class Felt:
    """What is felt so far; reaction models change it one after the other.

    Args:
        loss: What the failure takes, from 0 up.
        justice: How just the recovery is felt to be.
        anger: Negative emotion on top of the loss, from 0 to 1.
        betrayal: Feeling betrayed, from 0 to 1.
        transaction: Change of satisfaction at once, with this very encounter.
        lasting: Change of the cumulative satisfaction that loyalty follows.

    Units: satisfaction runs from 0 to 1, and changes are parts of that.
    """

    loss: float = 0.0
    justice: Justice = attrs.field(factory=Justice)
    anger: float = 0.0
    betrayal: float = 0.0
    transaction: float = 0.0
    lasting: float = 0.0
