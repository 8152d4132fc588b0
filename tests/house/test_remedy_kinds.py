"""A new kind of remedy is added in one place: no other module lists kinds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from recovery_core import RemedyKind
from recovery_core._domain import remedy

HOME = Path(remedy.__file__)
SOURCES = HOME.parents[1]
OTHERS = sorted(path for path in SOURCES.rglob("*.py") if path != HOME)


def listed_kinds(tree: ast.AST) -> list[int]:
    """List the lines where two kinds or more stand in one set, tuple, list or dict."""
    lines = []
    for node in ast.walk(tree):
        members: list[ast.expr | None] = []
        if isinstance(node, ast.Set | ast.Tuple | ast.List):
            members = [*node.elts]
        elif isinstance(node, ast.Dict):
            members = [*node.keys]
        kinds = [m for m in members if m and "RemedyKind." in ast.unparse(m)]
        if len([k for k in kinds if isinstance(k, ast.Attribute)]) > 1:
            lines.append(members[0].lineno if members[0] else 0)
    return lines


def test_no_other_module_lists_kinds() -> None:
    """What a kind is stands on the kind, as a property."""
    assert len(OTHERS) > 100
    # What an agent of the example may give is a rule of that company, and no property.
    ruled = {"examples/flights/rules.py"}
    found = {
        str(path.relative_to(SOURCES)): lines
        for path in OTHERS
        if (lines := listed_kinds(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert set(found) == ruled


def test_what_lists_kinds_is_seen() -> None:
    """The search finds a set, a tuple and the keys of a dict."""
    both = "RemedyKind.CASH, RemedyKind.CARE"
    for text in (
        f"{{{both}}}",
        f"({both})",
        "{RemedyKind.CASH: 1, RemedyKind.CARE: 2}",
    ):
        assert listed_kinds(ast.parse(text)) == [1]
    assert not listed_kinds(ast.parse("Remedy(RemedyKind.CASH, x), RemedyKind.CARE"))


@pytest.mark.parametrize("kind", RemedyKind)
def test_a_kind_is_its_text(kind: RemedyKind) -> None:
    """Stored as a text, and read back as the same member."""
    assert RemedyKind(kind.value) is kind
    assert str(kind) == kind.value == kind
