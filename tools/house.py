"""Measure how the sources read, each figure against its bound; return 1 if one is out.

``python tools/house.py`` prints a line for each measure; ``-v`` lists what counts
against it. Imports count wherever they stand: in functions, for type checkers alone.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "recovery_core"
TESTS = ROOT / "tests"

LONGEST_MODULE, LONGEST_TEST_MODULE, LONGEST_FUNCTION = 400, 600, 50
# What is not yet as it should be may not get worse: lower these with every mend.
LONG_FUNCTIONS, LONG_TEST_MODULES, CIRCLES = 23, 8, 1
FEWEST_REMARKS = 0.7
SAYS_NOTHING = frozenset(
    [
        "asked",
        "done",
        "each",
        "found",
        "here",
        "kept",
        "known",
        "mine",
        "one",
        "other",
        "said",
        "seen",
        "shown",
        "spread",
        "told",
        "tried",
        "whole",
    ]
)
"""Names of functions that leave open what comes back."""
BEGINS_ODDLY = frozenset(
    [
        "Be",
        "Bear",
        "Give",
        "Hold",
        "Know",
        "Lead",
        "Let",
        "Owe",
        "Put",
        "Say",
        "Stand",
        "Take",
        "Tell",
    ]
)
"""First words of docstrings that no manual begins with."""
NO_REMARK = re.compile(r"#\s*(noqa|type:|pragma|pyright|-{5})")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Measure:
    """One figure, its bound, and what counts against it.

    Args:
        name: What is measured.
        figure: What was found.
        bound: What it may be at the most, or must be at the least.
        is_floor: Whether the bound is the least.
        culprits: What to look at, a line each.
    """

    name: str
    figure: float
    bound: float
    is_floor: bool = False
    culprits: Sequence[str] = ()

    @property
    def is_within(self) -> bool:
        """Whether the figure is on the right side of its bound."""
        if self.is_floor:
            return self.figure >= self.bound
        return self.figure <= self.bound

    def __str__(self) -> str:
        sign = "at least" if self.is_floor else "at most"
        verdict = "" if self.is_within else "  OUT OF BOUNDS"
        return f"{self.figure:8g}  {sign} {self.bound:g}  {self.name}{verdict}"


@dataclass
class House:
    """What the modules of a folder hold, gathered in one walk."""

    modules: dict[str, Path] = field(default_factory=dict)
    trees: dict[str, ast.Module] = field(default_factory=dict)
    lines: int = 0
    remarks: int = 0
    classes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    functions: list[tuple[str, Function]] = field(default_factory=list)
    odd_docstrings: list[str] = field(default_factory=list)
    long_modules: list[str] = field(default_factory=list)

    def add(self, path: Path, folder: Path) -> None:
        """Read one module."""
        parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        size = text.count("\n")
        self.modules[name], self.trees[name] = path, tree
        self.lines += size
        self.remarks += count_remarks(text)
        if size > LONGEST_MODULE:
            self.long_modules.append(f"{path}: {size} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                self.classes[node.name].append(str(path))
            elif isinstance(node, Function) and not node.name.startswith("__"):
                self.functions.append((f"{path}:{node.lineno} {node.name}", node))
            if isinstance(node, ast.ClassDef | Function):
                words = (ast.get_docstring(node) or " ").split(maxsplit=1)
                if words and words[0].rstrip(".,:") in BEGINS_ODDLY:
                    self.odd_docstrings.append(f"{path}:{node.lineno} {node.name}")


def count_remarks(text: str) -> int:
    """Count the comments that are neither a rule between parts nor meant for a tool."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(
        token.type == tokenize.COMMENT and not NO_REMARK.match(token.string)
        for token in tokens
    )


def imported_modules(house: House, name: str) -> Iterator[str]:
    """List the modules of the house that one of them imports, anywhere in it."""
    is_package = house.modules[name].name == "__init__.py"
    package = name.split(".") if is_package else name.split(".")[:-1]
    for node in ast.walk(house.trees[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*above, *(node.module or "").split(".")]).rstrip(".")
            for alias in node.names:
                inner = f"{stem}.{alias.name}"
                yield inner if inner in house.modules else stem


def find_circles(house: House) -> list[str]:
    """Find modules that import one another; one circle after the other."""
    graph = {
        name: {i for i in imported_modules(house, name) if i in house.modules} - {name}
        for name in house.modules
    }
    circles = []
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1]
            circles.append(" <- ".join(circle))
            # One import of the circle is cut, so that the next one shows.
            for imported, importer in pairwise(circle):
                if imported in graph[importer]:
                    graph[importer].discard(imported)
                    break
        else:
            return circles


def is_property(function: Function) -> bool:
    """Tell whether a function is read like a field, whose name may be one word."""
    return any("property" in ast.unparse(line) for line in function.decorator_list)


def measure_names(house: House) -> list[Measure]:
    """Measure the names of classes and functions."""
    names = [
        (place, node.name.strip("_"))
        for place, node in house.functions
        if not is_property(node)
    ]
    one_word = [place for place, name in names if "_" not in name]
    twice = [f"{n}: {', '.join(p)}" for n, p in house.classes.items() if len(p) > 1]
    empty = [p for p, node in house.functions if node.name.strip("_") in SAYS_NOTHING]
    return [
        Measure("class names that stand for two things", len(twice), 0, culprits=twice),
        Measure(
            "percent of functions have one word for a name",
            round(100 * len(one_word) / len(names), 1),
            50,
            culprits=one_word,
        ),
        Measure("functions whose name says nothing", len(empty), 0, culprits=empty),
    ]


def measure_prose(house: House) -> list[Measure]:
    """Measure docstrings and comments."""
    private = [(p, node) for p, node in house.functions if node.name.startswith("_")]
    silent = [place for place, node in private if not ast.get_docstring(node)]
    odd = house.odd_docstrings
    return [
        Measure("docstrings begin oddly", len(odd), 0, culprits=odd),
        Measure(
            "percent of private functions have a docstring",
            round(100 - 100 * len(silent) / len(private), 1),
            45,
            is_floor=True,
            culprits=silent,
        ),
        Measure(
            "comments in a hundred lines",
            round(100 * house.remarks / house.lines, 2),
            FEWEST_REMARKS,
            is_floor=True,
        ),
    ]


def measure_sizes(house: House) -> list[Measure]:
    """Measure modules, functions and files of tests; and circles of imports."""
    lengths = (
        (place, (node.end_lineno or node.lineno) - node.lineno + 1)
        for place, node in house.functions
    )
    long = [f"{place}: {n} lines" for place, n in lengths if n > LONGEST_FUNCTION]
    tests = (
        (path, path.read_text("utf-8").count("\n")) for path in TESTS.rglob("*.py")
    )
    long_tests = [f"{path}: {n} lines" for path, n in tests if n > LONGEST_TEST_MODULE]
    circles = find_circles(house)
    return [
        Measure(
            "long modules", len(house.long_modules), 0, culprits=house.long_modules
        ),
        Measure("long functions", len(long), LONG_FUNCTIONS, culprits=long),
        Measure(
            "long files of tests",
            len(long_tests),
            LONG_TEST_MODULES,
            culprits=long_tests,
        ),
        Measure("circles of imports", len(circles), CIRCLES, culprits=circles),
    ]


def main() -> int:
    """Measure the house; return 1 if a figure is out of bounds."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    house = House()
    for path in sorted(SRC.rglob("*.py")):
        house.add(path, SRC)
    measures = [*measure_names(house), *measure_prose(house), *measure_sizes(house)]
    print(f"{len(house.modules)} modules, {house.lines} lines")
    for measure in measures:
        print(measure)
        if arguments.verbose or not measure.is_within:
            shown = measure.culprits if arguments.verbose else measure.culprits[:20]
            print(*(f"          {line}" for line in shown), sep="\n")
    return int(not all(measure.is_within for measure in measures))


if __name__ == "__main__":
    sys.exit(main())
