"""What fits a place of an experiment file, told by types before anything is called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from functools import cache
from inspect import Parameter, get_annotations, isroutine, signature
from types import ModuleType, SimpleNamespace, UnionType
from typing import Any, Final, Union, get_args, get_origin
from typing import get_type_hints as hints_of

import attrs

from ..._domain.attribution import Attribution
from ..._domain.claim import Claim
from ..._domain.remedy import Award
from ..._domain.verdict import Verdict
from ...abuse import AbuseDetector
from ...attribution import AttributionRule, LiabilityRule
from ...authority import AuthorityRule
from ...policy import CompensationPolicy
from ...process import Process
from ..company import Company
from ..reactions import Encounter, Felt, ReactionModel
from ..world.world import World

__all__ = ["Use", "annotations_of", "describe_thing", "is_union", "use_of"]

_TYPES: Final = (
    *(AbuseDetector, AttributionRule, AuthorityRule, CompensationPolicy),
    *(LiabilityRule, ReactionModel, Attribution, Award, Claim, Encounter, Felt),
    *(Company, Process, Verdict, World),
)
LATER: Final[Mapping[str, Any]] = {
    "Callable": Callable,
    **{kind.__name__: kind for kind in _TYPES},
}
"""What modules may have imported for type checkers alone."""

_NAMED: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


class Use(Enum):
    """Ways in which what is named becomes what is wanted."""

    AS_IT_IS = "as it is"
    BUILT = "built"
    CALLED = "called"


@attrs.frozen
class _Question:
    """What a function is asked with, and what it has to answer.

    Args:
        asked: The types of what it is handed; None where anything may be.
        names: What it is handed by name.
        answer: The type of its answer.
    """

    asked: tuple[Any, ...] | None
    names: tuple[str, ...]
    answer: Any


def is_union(hint: Any) -> bool:
    """Return whether a type is one of several."""
    return get_origin(hint) in (Union, UnionType)


def describe_thing(thing: object) -> str:
    """Describe what was named, without calling anything of its own."""
    name = getattr(thing, "__name__", None)
    if isinstance(thing, type):
        return f"the class {name}"
    if isroutine(thing) or isinstance(thing, ModuleType):
        return f"the {'function' if isroutine(thing) else 'module'} {name}"
    plain = isinstance(thing, str | int | float | None)
    return f"{thing!r:.60}" if plain else f"a {type(thing).__name__}"


def use_of(thing: object, hints: Sequence[Any]) -> Use | None:
    """Return how a thing becomes one of some types, without calling anything.

    Args:
        thing: What was named.
        hints: The types, as classes declare them.

    Returns:
        As it is, where it is one already; built, where it is a class of them; called,
        where it is a function that says that it returns one; None where it is nothing
        of that sort.
    """
    for hint in hints:
        if isinstance(thing, type):
            if _is_class_of(thing, hint):
                return Use.BUILT
        elif _is_one_of(thing, hint):
            return Use.AS_IT_IS
        elif _is_function(thing) and _is_return_type_of(
            annotations_of(thing).get("return"), hint
        ):
            return Use.CALLED
    return None


def annotations_of(thing: Any) -> Mapping[str, Any]:
    """Return the types that a function or a class declares, as far as known."""
    try:
        return hints_of(thing)
    # Annotations of somebody's own may be anything, and name what is not there.
    except Exception:  # noqa: BLE001
        owners = thing.__mro__ if isinstance(thing, type) else (thing,)
        hints: dict[str, Any] = {}
        for owner in reversed(owners):
            hints |= _resolve_singly(owner)
        return hints


def _resolve_singly(owner: Any) -> dict[str, Any]:
    """Resolve each annotation for itself, and leave out what cannot be."""
    hints: dict[str, Any] = {}
    home = sys.modules.get(str(owner.__module__))
    space = {**LATER, **getattr(owner, "__globals__", getattr(home, "__dict__", {}))}
    with suppress(Exception):
        for name, hint in get_annotations(owner).items():
            with suppress(Exception):
                annotated = SimpleNamespace(__annotations__={name: hint})
                hints |= hints_of(annotated, globalns=space)
    return hints


# ----------------------------------------------------------------- a type, and things


def _is_class_of(kind: type, hint: Any) -> bool:
    """Return whether instances of a class are of a type."""
    question = _question(hint)
    if question is None:
        return _is_subclass(kind, hint)
    call = _call_of(kind)
    # A protocol is the question itself, which nobody can build.
    is_ready = call is not None and not _is_protocol(kind)
    return is_ready and _answers_question(call, question, skip=1)


def _is_one_of(thing: object, hint: Any) -> bool:
    """Return whether a thing that is no class is of a type."""
    question = _question(hint)
    if question is None:
        return _is_subclass(type(thing), hint)
    return callable(thing) and _answers_question(thing, question)


def _is_return_type_of(answer: Any, hint: Any) -> bool:
    """Return whether what a function says it returns is of a type."""
    question = _question(hint)
    if answer is hint:
        return True
    if question is None or isinstance(answer, type):
        return isinstance(answer, type) and _is_class_of(answer, hint)
    other = _question(answer)
    return other is not None and _may_return(other.answer, question.answer)


def _is_subclass(kind: type, hint: Any) -> bool:
    wanted = get_origin(hint) or hint
    is_known = isinstance(wanted, type) and not _is_protocol(wanted)
    return is_known and issubclass(kind, wanted)


def _is_protocol(kind: Any) -> bool:
    return bool(getattr(kind, "_is_protocol", False))


def _is_function(thing: object) -> bool:
    """Return whether a thing is a function, perhaps one that remembers its answers."""
    return isroutine(thing) or hasattr(thing, "__wrapped__")


def _call_of(kind: type) -> Any:
    """Return what is run when an instance is called; None where it cannot be."""
    # Asked for as an attribute, any class has one: that which makes instances.
    calls = (vars(base).get("__call__") for base in kind.__mro__)
    return next((call for call in calls if call is not None), None)


# --------------------------------------------------------------- questions to functions


@cache
def _question(hint: Any) -> _Question | None:
    """Return what a function of a type is asked; None for a type of other things."""
    if get_origin(hint) is Callable:
        parameters, answer = get_args(hint)
        return _Question(None if parameters is ... else tuple(parameters), (), answer)
    method = _call_of(hint) if _is_protocol(hint) else None
    if method is None:
        return None
    types = hints_of(method)
    _, *asked_parameters = signature(method).parameters.values()
    return _Question(
        tuple(
            types[parameter.name]
            for parameter in asked_parameters
            if parameter.kind in _NAMED
        ),
        tuple(
            parameter.name
            for parameter in asked_parameters
            if parameter.kind is Parameter.KEYWORD_ONLY
        ),
        types["return"],
    )


def _answers_question(call: Any, question: _Question, skip: int = 0) -> bool:
    """Return whether a function can be asked so, and may answer as is wanted."""
    try:
        accepted = signature(call)
        if question.asked is not None:
            handed = [None] * (skip + len(question.asked))
            accepted.bind(*handed, **dict.fromkeys(question.names))
    except (TypeError, ValueError):
        return False  # what says nothing of itself is not known to fit
    types = annotations_of(call if _is_function(call) else type(call).__call__)
    positional = [
        parameter
        for parameter in accepted.parameters.values()
        if parameter.kind in _NAMED
    ]
    pairs = zip(positional[skip:], question.asked or (), strict=False)
    return _may_return(types.get("return", Any), question.answer) and all(
        _may_accept(types.get(parameter.name, Any), kind) for parameter, kind in pairs
    )


def _may_return(declared: Any, wanted: Any) -> bool:
    """Return whether what a function says it answers may be what is wanted."""
    if declared is Any or declared == wanted:
        return True
    return isinstance(declared, type) and _is_subclass(declared, wanted)


def _union_members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if is_union(hint) else (hint,)


def _may_accept(declared: Any, wanted: Any) -> bool:
    """Return whether what is said of a parameter leaves room for a type."""
    if not isinstance(wanted, type):
        return True
    return any(
        _may_be_meant(wanted, get_origin(option) or option)
        for option in _union_members(declared)
    )


def _may_be_meant(kind: type, declared: Any) -> bool:
    """Return whether a class may be meant by a parameter that says little."""
    if declared is Any or not isinstance(declared, type) or _is_protocol(declared):
        return True
    accepted: type = declared
    return issubclass(kind, accepted)
