"""Pictures of a process for people: Mermaid, Graphviz and a Markdown table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from .._readable import readable
from .plan import Process
from .step import Edge

__all__ = ["to_dot", "to_markdown", "to_mermaid"]

_FEW: Final = 2
"""Up to so many open states, arrows are clearer than a note."""

_SIMPLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
_MERMAID_WORDS: Final = frozenset(
    {"as", "class", "click", "default", "direction", "end", "hide", "note", "state"}
)


def _label(edge: Edge) -> str:
    """Return the label of a trigger, with what bounds or distinguishes it."""
    marks: list[str] = []
    if edge.limit is not None:
        marks.append(f"at most {edge.limit} x")
    if edge.begins_cycle:
        marks.append("new cycle")
    return f"{edge.trigger} ({', '.join(marks)})" if marks else edge.trigger


def _open(process: Process) -> tuple[str, ...]:
    return tuple(state for state in process.states if state not in process.final)


def _stays(edge: Edge) -> bool:
    return edge.source == edge.target


def _ways(process: Process) -> dict[tuple[str, str | None, bool], list[Edge]]:
    """Gather edges by trigger and effect; None is the effect of staying."""
    ways: dict[tuple[str, str | None, bool], list[Edge]] = {}
    for edge in process.edges:
        target = None if _stays(edge) else edge.target
        ways.setdefault((edge.trigger, target, edge.begins_cycle), []).append(edge)
    return ways


def _everywhere(process: Process) -> list[list[Edge]]:
    """Find the steps that every open state has.

    Drawn arrow by arrow they would hide all the others, so they go into a note.
    """
    whole = set(_open(process))
    if len(whole) <= _FEW:
        return []
    return [way for way in _ways(process).values() if {e.source for e in way} == whole]


def _arrows(process: Process) -> list[tuple[str, str, str]]:
    """List source, target and label, with parallel arrows merged into one."""
    noted = {edge for way in _everywhere(process) for edge in way}
    labels: dict[tuple[str, str], list[str]] = {}
    for edge in process.edges:
        if edge not in noted:
            labels.setdefault((edge.source, edge.target), []).append(_label(edge))
    return [
        (source, target, " / ".join(labels[source, target]))
        for source in process.states
        for target in process.states
        if (source, target) in labels
    ]


def _note(process: Process) -> list[str]:
    """Return in words what is not drawn."""
    ways = [
        f"{_label(way[0])} {'stays' if _stays(way[0]) else f'leads to {way[0].target}'}"
        for way in _everywhere(process)
    ]
    return ["every open state", *ways] if ways else []


def _ends(process: Process) -> Iterable[str]:
    return (state for state in process.states if state in process.final)


def _mermaid_text(text: str) -> str:
    """Write every character that could mean something to Mermaid as its number."""
    coded = re.sub(r"[^\w (),./'-]", lambda found: f"#{ord(found[0])};", text)
    return coded.replace("end note", "end#32;note")


def _mermaid_names(process: Process) -> Callable[[str], str]:
    """Call states by their names where all of them are plain words, else by number."""
    plain = all(
        _SIMPLE.fullmatch(state) and state.lower() not in _MERMAID_WORDS
        for state in process.states
    )
    return str if plain else lambda state: f"s{process.row[state]}"


def to_mermaid(process: Process) -> str:
    """Draw a process as a Mermaid state diagram.

    Arrows between the same two states share one label, and what every open state
    can do stands in a note.

    Args:
        process: What to draw.

    Returns:
        The text of a ``stateDiagram-v2``, always the same for the same steps.
    """
    name = _mermaid_names(process)
    lines = ["stateDiagram-v2"]
    lines += [
        f'state "{_mermaid_text(state)}" as {name(state)}'
        for state in process.states
        if name(state) != state
    ]
    lines += [f"[*] --> {name(process.initial)}"]
    lines += [
        f"{name(source)} --> {name(target)} : {_mermaid_text(label)}"
        for source, target, label in _arrows(process)
    ]
    lines += [f"{name(state)} --> [*]" for state in _ends(process)]
    if note := _note(process):
        lines += [f"note right of {name(process.initial)}"]
        lines += [f"    {_mermaid_text(line)}" for line in note]
        lines += ["end note"]
    return "\n    ".join(lines) + "\n"


def _dot_text(text: str) -> str:
    text = readable(text).replace("&", "&amp;").replace("\\", "\\\\")
    return text.replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_dot_text(text)}"'


def to_dot(process: Process) -> str:
    """Draw a process in the language of Graphviz.

    Args:
        process: What to draw.

    Returns:
        The text of a ``digraph``, always the same for the same steps.
    """
    lines = [f"digraph {_quoted(process.name)} {{", "    rankdir=LR;"]
    if note := _note(process):
        label = "\\l".join(map(_dot_text, note)) + "\\l"
        lines += [f'    label="{label}";', "    labeljust=l;"]
    lines += ["    node [shape=box, style=rounded];", '    "" [shape=point];']
    lines += [f"    {_quoted(state)};" for state in _open(process)]
    lines += [f"    {_quoted(state)} [peripheries=2];" for state in _ends(process)]
    lines += [f'    "" -> {_quoted(process.initial)};']
    lines += [
        f"    {_quoted(source)} -> {_quoted(target)} [label={_quoted(label)}];"
        for source, target, label in _arrows(process)
    ]
    return "\n".join([*lines, "}"]) + "\n"


def _markdown_text(text: str) -> str:
    """Escape what Markdown would read as markup; an underscore in a word is none."""
    text = re.sub(r"[\\`*\[\]<>|~&$]", r"\\\g<0>", readable(text))
    return re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\_", text)


def _from(process: Process, sources: Iterable[str]) -> str:
    """List where a step starts from, the short way round."""
    starts, whole = set(sources), _open(process)
    if starts <= set(whole) and len(whole) > _FEW:
        rest = [state for state in whole if state not in starts]
        if not rest:
            return "every open state"
        if len(rest) < len(starts) and len(rest) <= _FEW:
            return f"every open state but {' and '.join(map(_markdown_text, rest))}"
    return ", ".join(_markdown_text(s) for s in process.states if s in starts)


def to_markdown(process: Process) -> str:
    """Write a process as a Markdown table, one row per step.

    Args:
        process: What to write.

    Returns:
        A line on where cases begin and end, and the table.
    """
    ends = " or ".join(map(_markdown_text, _ends(process)))
    begins = _markdown_text(process.initial)
    lines = [
        f"Begins {begins}, ends {ends} (process version {process.hash}).",
        "",
        "| trigger | from | to | who | carries |",
        "|---|---|---|---|---|",
    ]
    for way in _ways(process).values():
        first = way[0]
        cells = (
            _markdown_text(_label(first)),
            _from(process, (edge.source for edge in way)),
            "same" if _stays(first) else _markdown_text(first.target),
            first.who,
            _markdown_text(" ".join(first.carries.split())),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
