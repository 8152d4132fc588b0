"""`check_policy` against wrong versions of the published schedules: none gets by."""

from collections import Counter
from typing import Any

import pytest

from recovery_core.errors import BrokenPromiseError, RecoveryError
from recovery_core.schedules import catalogue
from recovery_core.tables import Table
from recovery_core.testing import check_policy
from recovery_core.testing._edges import (
    collect_boundary_fields,
    collect_rule_conditions,
)
from recovery_core.testing.boundaries import iter_boundary_claims
from tests.support.mutants import Mutant, mutants

FROM_EACH = 6
"""Mutants of each schedule; all of them take long, and none of them got by either."""

CODES = list(catalogue())
SCORE: Counter[str] = Counter()


def some(code: str) -> list[Mutant]:
    """Choose mutants of one schedule, evenly spread, that are tables at all."""
    found = [*mutants(catalogue()[code])]
    return found[:: max(1, len(found) // FROM_EACH)]


def built(mutant: Mutant) -> Table | None:
    """Build a mutant; None where the check of tables refuses it at once."""
    try:
        return mutant.build()
    except RecoveryError:
        return None


def is_caught(wrong: Table, real: Table, examples: int = 1) -> bool:
    """Check that a table pays what the real one does."""
    try:
        check_policy(wrong, equal_to=real, batch=False, max_examples=examples)
    except BrokenPromiseError as failure:
        return failure.promise == f"it pays what {real.name} pays"
    return False


def pays_alike(one: Table, other: Table) -> bool:
    """Ask both about the boundaries of either: an oracle that knows no proof."""
    fields, whens = (
        collect_boundary_fields(one, other_policies=[other]),
        collect_rule_conditions(one, other),
    )
    for claim in iter_boundary_claims(fields, whens, ()):
        facts = claim.failure.facts
        read = (*one.inputs, *other.inputs)
        known = {c.name: facts.get(c.name) for c in read}
        missing = [c for c in read if known[c.name] is None and not c.is_optional]
        known |= {c.name: c.fact(c.domain.least) for c in missing}
        if one.decision(known).award.worth != other.decision(known).award.worth:
            return False
    return True


@pytest.mark.parametrize("code", CODES)
def test_every_mutant_that_pays_otherwise_is_caught(code: str) -> None:
    """A wrong table is refused, or shown with a claim; what gets by pays the same."""
    for mutant in some(code):
        wrong, real = built(mutant), mutant.real
        assert real is not None
        if wrong is None:
            SCORE["refused"] += 1
            continue
        # What is read from the claim cannot be set by a proof, and has to be met.
        if is_caught(wrong, real) or is_caught(wrong, real, 300):
            SCORE["caught"] += 1
        else:
            assert pays_alike(wrong, real), str(mutant)
            SCORE["alike"] += 1


def test_the_score_is_reported(record_property: Any) -> None:
    """At least forty wrong tables were caught; the rest was refused, or pays alike."""
    if not SCORE:
        pytest.skip("no mutant was tried on this worker")
    for name, count in SCORE.items():
        record_property(name, count)
    print(dict(SCORE))  # noqa: T201 - shown with pytest -rP

    assert SCORE["caught"] >= 40


@pytest.mark.parametrize("code", ["delay_repay_15", "eu_sea", "montreal"])
def test_the_search_alone_catches_them_too(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without z3 the boundaries are walked, and these schedules hide nothing there."""
    import sys

    monkeypatch.setitem(sys.modules, "z3", None)
    for mutant in some(code)[::2]:
        wrong, real = built(mutant), mutant.real
        if wrong is None or real is None or pays_alike(wrong, real):
            continue
        with pytest.raises(BrokenPromiseError, match="it pays what"):
            check_policy(wrong, equal_to=real, batch=False, max_examples=50)
