"""What is owed, and news of it as providers tell it."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..._domain.due import NEWS_FATES, Contradiction, Due, Fate, with_news, with_retry
from ..._domain.due_events import Delivery
from ..._domain.money import Money
from ._build import cached_strategy, optional
from .plain import moments, texts
from .reasons import reasons
from .remedies import remedies

_REFERENCES = st.sampled_from(["r-1", "r-2"])


@cached_strategy
def dues() -> SearchStrategy[Due]:
    """Draw what is owed, as news, retries and cancellations have left it.

    Returns:
        A strategy for `Due`.
    """
    return _draw_due()


@cached_strategy
def contradictions() -> SearchStrategy[Contradiction]:
    """Draw news that cannot be true beside what was known.

    Returns:
        A strategy for `Contradiction`.
    """
    return st.builds(Contradiction, st.integers(1, 3), texts(), reasons())


def news_of(due: Due) -> SearchStrategy[Delivery]:
    """Draw news of what is owed: right and wrong, in part, too much, of any attempt.

    Args:
        due: What is owed.

    Returns:
        A strategy for `Delivery`.
    """
    owed = due.amount
    amounts: SearchStrategy[Money | None] = st.none()
    if owed is not None:
        # The sums around which news of parts can go wrong.
        least = st.sampled_from(
            [0, 1, owed.minor // 2, max(0, owed.minor - 1), owed.minor, owed.minor + 1]
        )
        currency = owed.currency
        amounts |= least.map(lambda minor: Money.from_minor(minor, currency))
    return st.builds(
        Delivery,
        st.just(due.id),
        st.sampled_from([fate for fate in Fate if fate in NEWS_FATES]),
        amounts,
        optional(_REFERENCES),
        st.integers(1, due.attempt + 1),
        optional(moments()),
    )


@st.composite
def _draw_due(draw: DrawFn) -> Due:
    """Draw a due that some news changed, one after the other."""
    due = Due(draw(texts()), draw(remedies()), draw(st.integers(1, 3)))
    for _ in range(draw(st.integers(0, 3))):
        news = draw(news_of(due))
        due, _ = with_news(due, news.attempt, news.fate, news.amount, news.reference)
        if draw(st.booleans()):
            due = with_retry(due)
    return due
