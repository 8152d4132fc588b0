"""Run every example that a reader can see: README, documentation, docstrings."""

import re
from doctest import ELLIPSIS

from sybil import Document, Region, Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection
from sybil.typing import Parser

from tools.pages import parse_examples

# A fence with another tag would look like an example and never run.
SHOWN_ONLY = {"bash", "console", "json", "mermaid", "text", "toml"}


def refuse_unknown_fences(document: Document) -> list[Region]:
    """Fail on a code block that neither runs nor is known to be shown only."""
    opening = None
    for match in re.finditer(r"^ *(`{3,}|~{3,})(.*)$", document.text, re.MULTILINE):
        fence, info = match[1], match[2].strip()
        if opening is not None:
            if not info and fence.startswith(opening):
                opening = None
            continue
        opening = fence
        if not info.startswith("{") and info not in SHOWN_ONLY | {"python"}:
            line = document.text.count("\n", 0, match.start()) + 1
            raise ValueError(f"{document.path}:{line}: unknown fence {info!r}")
    return []


MARKDOWN: list[Parser] = [refuse_unknown_fences, parse_examples]

pytest_collect_file = SybilCollection(
    [
        Sybil(MARKDOWN, pattern="README.md"),
        Sybil(MARKDOWN, pattern="*.md", path="docs"),
        Sybil(
            [DocTestParser(ELLIPSIS)],
            pattern="*.py",
            path="src",
            document_types={".py": PythonDocStringDocument},
        ),
    ]
).pytest()
