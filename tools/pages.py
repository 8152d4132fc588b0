"""Hold the pages to the library: what their examples print, what is written from it.

A ```text block right below a ```python block is what that block prints. Whatever a
block prints has to be shown, and equal, but for ``...``, moments and new ids: these
differ from run to run. A block whose output begins with a traceback raises that error.

What stands between ``<!-- written from NAME -->`` and ``<!-- end -->`` comes from the
library itself.

``python tools/pages.py [PAGE ...]`` writes both anew wherever they differ: all pages,
or those named.
"""

from __future__ import annotations

import difflib
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from doctest import ELLIPSIS
from importlib import import_module
from io import StringIO
from pathlib import Path
from traceback import format_exception_only

from sybil import Document, Example, Region
from sybil.evaluators.doctest import OutputChecker
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.myst import CodeBlockParser

ROOT = Path(__file__).parents[1]

# What a block shows stands right below it: nothing but blank lines in between.
_SHOWN = re.compile(r"\n\s*^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_WRITTEN = re.compile(
    r"(?<=^<!-- written from )(\S+) -->\n.*?(?=^<!-- end -->$)",
    re.MULTILINE | re.DOTALL,
)
_CHANGING = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00:00"  # a moment
    r"|\b[0-9a-f]{32}\b"  # a new id
)
_RAISED = "Traceback (most recent call last):\n"

_run = PythonEvaluator()


# ---------------------------------------------------------------------- what is printed


def parse_examples(document: Document) -> Iterator[Region]:
    """Find the Python blocks of a page, each with what stands below it as printed."""
    for region in CodeBlockParser("python", check_output)(document):
        shown = _SHOWN.match(document.text, region.end)
        region.lexemes["shown"] = shown and shown[1]
        yield region


def check_output(example: Example) -> str | None:
    """Run an example; return what is wrong with what the page shows of it."""
    shown: str | None = example.region.lexemes["shown"]
    printed = output_of(example)
    if is_shown(printed, shown):
        return None
    told, found = (shown or "").splitlines(), printed.splitlines()
    change = difflib.unified_diff(told, found, "shown", "printed", lineterm="")
    mend = "The page has to show what it prints: run `python tools/pages.py`."
    return "\n".join([mend, *change])


def output_of(example: Example) -> str:
    """Run an example, and return what it prints.

    It may raise where the page says so; the error then ends what it prints.
    """
    printed = StringIO()
    shown: str | None = example.region.lexemes["shown"]
    with redirect_stdout(printed):
        try:
            _run(example)
        except Exception as error:
            if shown is None or _RAISED not in shown:
                raise
            printed.write("".join([_RAISED, "  ...\n", *format_exception_only(error)]))
    return printed.getvalue()


def is_shown(printed: str, shown: str | None) -> bool:
    """Tell whether a page shows what is printed, but for what differs each time."""
    if shown is None or not printed:
        return shown is None and not printed
    want, got = (_CHANGING.sub("(changes)", text.rstrip()) for text in (shown, printed))
    return OutputChecker().check_output(f"{want}\n", f"{got}\n", ELLIPSIS)


def with_outputs(path: Path) -> str:
    """Run the examples of a page; return the page with all that they print."""
    document = Document.parse(str(path), parse_examples)
    text, done = "", 0
    for example in document:
        printed = output_of(example)
        if is_shown(printed, example.region.lexemes["shown"]):
            continue
        below = _SHOWN.match(document.text, example.end)
        block = f"\n\n```text\n{printed.rstrip()}\n```" if printed else ""
        text += document.text[done : example.end] + block
        done = below.end() if below else example.end
    return text + document.text[done:]


# ---------------------------------------------------------------------- what is written


def five_steps() -> str:
    """Write the five steps: a diagram, every transition, and what is proved of them."""
    process = import_module("recovery_core.process")
    steps = process.FIVE_STEPS
    return (
        f"```mermaid\n{process.to_mermaid(steps).strip()}\n```\n\n"
        f"{process.to_markdown(steps).strip()}\n\n"
        "Proved for every configuration:\n\n"
        f"```text\n{process.explore(steps, process.FIVE_STEP_PROPERTIES)}\n```"
    )


def schedules() -> str:
    """Write every published schedule down: tables, sources, dates, worked cases.

    Without hashes: that of a table with functions depends on the release of Python.
    """
    catalogue = import_module("recovery_core.schedules").catalogue()
    text = "\n".join(schedule.to_markdown() for schedule in catalogue.values())
    return re.sub(r"^- Hash: \w+\n", "", text, flags=re.MULTILINE)


def study(name: str) -> str:
    """Write a table of the study."""
    sys.path.append(str(ROOT / "docs"))
    tables: Mapping[str, str] = import_module("study").tables()
    return tables[name]


WRITERS: Mapping[str, Callable[..., str]] = {
    "five-steps": five_steps,
    "schedules": schedules,
    "study": study,
}


def with_written(text: str) -> str:
    """Return a page with all that is written from the library."""

    def write(found: re.Match[str]) -> str:
        writer, *names = found[1].split(":")
        return f"{found[1]} -->\n\n{WRITERS[writer](*names).strip()}\n\n"

    return _WRITTEN.sub(write, text)


# ---------------------------------------------------------------------------- all pages


def pages() -> list[Path]:
    """List every page that is kept by hand."""
    return [
        ROOT / "README.md",
        *sorted(
            path
            for path in (ROOT / "docs").rglob("*.md")
            if not {"_build", "api"} & set(path.parts)
        ),
    ]


def main(names: list[str]) -> None:
    """Write what differs anew, and name the pages where something did."""
    warnings.simplefilter("error")
    for path in [Path(name).resolve() for name in names] or pages():
        before = path.read_text("utf-8")
        path.write_text(with_written(with_outputs(path)), "utf-8")
        if path.read_text("utf-8") != before:
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
