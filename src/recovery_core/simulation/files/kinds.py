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

__all__ = ["Use", "annotations_of", "described", "is_union", "use_of"]

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
    """How what is named becomes what is wanted."""

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
    """Tell whether a type is one of several."""
    return get_origin(hint) in (Union, UnionType)


def described(thing: object) -> str:
    """Describe what was named, without asking it for words of its own."""
    name = getattr(thing, "__name__", None)
    if isinstance(thing, type):
        return f"the class {name}"
    if isroutine(thing) or isinstance(thing, ModuleType):
        return f"the {'function' if isroutine(thing) else 'module'} {name}"
    plain = isinstance(thing, str | int | float | None)
    return f"{thing!r:.60}" if plain else f"a {type(thing).__name__}"


def use_of(thing: object, hints: Sequence[Any]) -> Use | None:
    """Find out how a thing becomes one of some types, without calling anything.

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
        elif _is_function(thing) and _makes(annotations_of(thing).get("return"), hint):
            return Use.CALLED
    return None


def annotations_of(thing: Any) -> Mapping[str, Any]:
    """Return the types that a function or a class declares, as far as known."""
    try:
        return hints_of(thing)
    # Annotations of somebody's own may be anything, and name what is not there.
    except Exception:  # noqa: BLE001
        owners = thing.__mro__ if isinstance(thing, type) else (thing,)
        found: dict[str, Any] = {}
        for owner in reversed(owners):
            found |= _one_by_one(owner)
        return found


def _one_by_one(owner: Any) -> dict[str, Any]:
    """Resolve each annotation for itself, and leave out what cannot be."""
    found: dict[str, Any] = {}
    home = sys.modules.get(str(owner.__module__))
    space = {**LATER, **getattr(owner, "__globals__", getattr(home, "__dict__", {}))}
    with suppress(Exception):
        for name, hint in get_annotations(owner).items():
            with suppress(Exception):
                one = SimpleNamespace(__annotations__={name: hint})
                found |= hints_of(one, globalns=space)
    return found


# ----------------------------------------------------------------- a type, and things


def _is_class_of(kind: type, hint: Any) -> bool:
    """Tell whether instances of a class are of a type."""
    question = _question(hint)
    if question is None:
        return _is_subclass(kind, hint)
    call = _call_of(kind)
    # A protocol is the question itself, which nobody can build.
    is_ready = call is not None and not _is_protocol(kind)
    return is_ready and _answers(call, question, skip=1)


def _is_one_of(thing: object, hint: Any) -> bool:
    """Tell whether a thing that is no class is of a type."""
    question = _question(hint)
    if question is None:
        return _is_subclass(type(thing), hint)
    return callable(thing) and _answers(thing, question)


def _makes(answer: Any, hint: Any) -> bool:
    """Tell whether what a function says it returns is of a type."""
    question = _question(hint)
    if answer is hint:
        return True
    if question is None or isinstance(answer, type):
        return isinstance(answer, type) and _is_class_of(answer, hint)
    other = _question(answer)
    return other is not None and _returns(other.answer, question.answer)


def _is_subclass(kind: type, hint: Any) -> bool:
    known = get_origin(hint) or hint
    is_known = isinstance(known, type) and not _is_protocol(known)
    return is_known and issubclass(kind, known)


def _is_protocol(kind: Any) -> bool:
    return bool(getattr(kind, "_is_protocol", False))


def _is_function(thing: object) -> bool:
    """Tell whether it is a function, perhaps one that remembers its answers."""
    return isroutine(thing) or hasattr(thing, "__wrapped__")


def _call_of(kind: type) -> Any:
    """Return what is run when an instance is called; None where it cannot be."""
    # Asked for as an attribute, any class has one: that which makes instances.
    calls = (vars(base).get("__call__") for base in kind.__mro__)
    return next((call for call in calls if call is not None), None)


# --------------------------------------------------------------- questions to functions


@cache
def _question(hint: Any) -> _Question | None:
    """Read what a function of a type is asked; None for a type of other things."""
    if get_origin(hint) is Callable:
        asked, answer = get_args(hint)
        return _Question(None if asked is ... else tuple(asked), (), answer)
    call = _call_of(hint) if _is_protocol(hint) else None
    if call is None:
        return None
    types = hints_of(call)
    _, *others = signature(call).parameters.values()
    return _Question(
        tuple(types[each.name] for each in others if each.kind in _NAMED),
        tuple(e.name for e in others if e.kind is Parameter.KEYWORD_ONLY),
        types["return"],
    )


def _answers(call: Any, question: _Question, skip: int = 0) -> bool:
    """Tell whether a function can be asked so, and may answer as is wanted."""
    try:
        takes = signature(call)
        if question.asked is not None:
            handed = [None] * (skip + len(question.asked))
            takes.bind(*handed, **dict.fromkeys(question.names))
    except (TypeError, ValueError):
        return False  # what says nothing of itself is not known to fit
    types = annotations_of(call if _is_function(call) else type(call).__call__)
    named = [each for each in takes.parameters.values() if each.kind in _NAMED]
    asked = zip(named[skip:], question.asked or (), strict=False)
    return _returns(types.get("return", Any), question.answer) and all(
        _takes(types.get(each.name, Any), kind) for each, kind in asked
    )


def _returns(said: Any, wanted: Any) -> bool:
    """Tell whether what a function says it answers may be what is wanted."""
    if said is Any or said == wanted:
        return True
    return isinstance(said, type) and _is_subclass(said, wanted)


def _options(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if is_union(hint) else (hint,)


def _takes(said: Any, given: Any) -> bool:
    """Tell whether what a function says of a parameter leaves room for a type."""
    if not isinstance(given, type):
        return True
    return any(_may_be(given, get_origin(o) or o) for o in _options(said))


def _may_be(kind: type, said: Any) -> bool:
    """Tell whether a class may be meant by a parameter that says little of itself."""
    if said is Any or not isinstance(said, type) or _is_protocol(said):
        return True
    known: type = said
    return issubclass(kind, known)
