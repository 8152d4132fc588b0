"""Promise that a part of a claim does not move the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias, cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .._domain.claim import Claim
from ..errors import InvalidValueError
from ._constants import collect_texts_and_integers
from ._contract import A, Contract
from ._paths import ABSENT, ClaimPath
from ._search import Promise
from ._show import format_value

Ignored: TypeAlias = Iterable[str] | Mapping[str, Sequence[object]]
"""Paths onto a claim; or, by path, the values that could stand there."""

NOBODY: Final = ("case_id", "customer.id")
"""Who somebody is, and how the case is called: equal cases differ in nothing else."""


def build_invariance_promises(
    contract: Contract[Claim, A],
    answer_part: Callable[[A], object],
    ignored_paths: Ignored,
    identities_read: Iterable[str],
    claims: SearchStrategy[Claim] | None,
) -> tuple[Promise[Claim, A], ...]:
    """Promise that identities, and the paths given, do not move the answer.

    Args:
        contract: Who promises.
        answer_part: What of the answer must not move.
        ignored_paths: The paths, besides identities.
        identities_read: Which identities may move it after all.
        claims: What claims there are; any if not given.

    Raises:
        InvalidValueError: No claim has such a part, or `identities_read` names no
            identity.
    """
    values_by_path = _values_by_path(ignored_paths)
    movable_identities = set(_wrap_single_text(identities_read))
    if not movable_identities <= set(NOBODY):
        raise InvalidValueError(
            f"reads cannot be {identities_read!r}: name what tells who somebody is, of "
            f"{', '.join(map(repr, NOBODY))}; all else may be read anyway"
        )
    constants = collect_texts_and_integers(contract.plug)
    settled_paths = {*movable_identities, *values_by_path}
    identity_paths = [ClaimPath(text) for text in NOBODY if text not in settled_paths]
    build = partial(_build_invariance_promise, contract, answer_part)
    promises = [
        build(path, path.draw_replacement_values(constants, claims), None)
        for path in identity_paths
    ]
    for text, values in values_by_path.items():
        path = ClaimPath(text)
        value_strategy = (
            path.draw_replacement_values(constants, claims)
            if values is None
            else _draw_few_of(path, values)
        )
        mend = (
            f"no claim had another {text} to compare with; pass claims= that have it, "
            f"or values to put there, such as ignores={{{text!r}: (...)}}"
        )
        promises.append(build(path, value_strategy, mend))
    return tuple(promises)


def _values_by_path(ignored_paths: Ignored) -> Mapping[str, Sequence[object] | None]:
    if isinstance(ignored_paths, Mapping):
        return cast("Mapping[str, Sequence[object]]", ignored_paths)
    return dict.fromkeys(_wrap_single_text(ignored_paths))


def _wrap_single_text(texts: Iterable[str]) -> Iterable[str]:
    return (texts,) if isinstance(texts, str) else texts


def _draw_few_of(
    path: ClaimPath, values: Sequence[object]
) -> SearchStrategy[list[Any]]:
    if not values:
        raise InvalidValueError(f"no values for {path.text!r}: give at least one")
    return st.lists(st.sampled_from([*values]), min_size=1, max_size=4)


def _build_invariance_promise(
    contract: Contract[Claim, A],
    answer_part: Callable[[A], object],
    path: ClaimPath,
    values: SearchStrategy[list[Any]],
    mend: str | None,
) -> Promise[Claim, A]:
    text = f"{path.text} does not move its answer"

    def check_and_say_if_tested(claim: Claim, answer: A, drawn: list[Any]) -> bool:
        fitting = [
            value for value in drawn if path.may_replace_current_value(claim, value)
        ]
        others = [(value, path.with_value_or_none(claim, value)) for value in fitting]
        others = [pair for pair in others if pair[1] not in (None, claim)]
        for value, other in others:
            again = contract.require_sound_answer(cast("Claim", other))
            if answer_part(again) != answer_part(answer):
                change = "left out" if value is ABSENT else f"= {format_value(value)}"
                raise contract.broken_promise_error(
                    text,
                    claim,
                    f"it answered: {format_value(answer)}",
                    f"with {path.text} {change}: {format_value(again)}",
                )
        return bool(others)

    return Promise(
        text=text,
        check_and_say_if_tested=check_and_say_if_tested,
        beside=values,
        usual=(),
        mend=mend,
    )
