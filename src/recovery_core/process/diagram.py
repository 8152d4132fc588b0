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


def _format_label(edge: Edge) -> str:
    """Return the label of a trigger, with what bounds or distinguishes it."""
    marks: list[str] = []
    if edge.limit is not None:
        marks.append(f"at most {edge.limit} x")
    if edge.begins_cycle:
        marks.append("new cycle")
    return f"{edge.trigger} ({', '.join(marks)})" if marks else edge.trigger


def _list_open_states(process: Process) -> tuple[str, ...]:
    return tuple(state for state in process.states if state not in process.final)


def _is_stay(edge: Edge) -> bool:
    return edge.source == edge.target


def _group_edges_by_effect(
    process: Process,
) -> dict[tuple[str, str | None, bool], list[Edge]]:
    """Gather edges by trigger and effect; None is the effect of staying."""
    ways: dict[tuple[str, str | None, bool], list[Edge]] = {}
    for edge in process.edges:
        target = None if _is_stay(edge) else edge.target
        ways.setdefault((edge.trigger, target, edge.begins_cycle), []).append(edge)
    return ways


def _find_steps_of_every_open_state(process: Process) -> list[list[Edge]]:
    """Find the steps that every open state has.

    Drawn arrow by arrow they would hide all the others, so they go into a note.
    """
    whole = set(_list_open_states(process))
    if len(whole) <= _FEW:
        return []
    return [
        way
        for way in _group_edges_by_effect(process).values()
        if {e.source for e in way} == whole
    ]


def _list_arrows_with_labels(process: Process) -> list[tuple[str, str, str]]:
    """List source, target and label, with parallel arrows merged into one."""
    noted = {edge for way in _find_steps_of_every_open_state(process) for edge in way}
    labels: dict[tuple[str, str], list[str]] = {}
    for edge in process.edges:
        if edge not in noted:
            labels.setdefault((edge.source, edge.target), []).append(
                _format_label(edge)
            )
    return [
        (source, target, " / ".join(labels[source, target]))
        for source in process.states
        for target in process.states
        if (source, target) in labels
    ]


def _list_note_lines(process: Process) -> list[str]:
    """Return in words what is not drawn."""
    lines: list[str] = []
    for edge, *_ in _find_steps_of_every_open_state(process):
        effect = "stays" if _is_stay(edge) else f"leads to {edge.target}"
        lines.append(f"{_format_label(edge)} {effect}")
    return ["every open state", *lines] if lines else []


def _iter_final_states(process: Process) -> Iterable[str]:
    return (state for state in process.states if state in process.final)


def _escape_for_mermaid(text: str) -> str:
    """Write every character that could mean something to Mermaid as its number."""
    coded = re.sub(r"[^\w (),./'-]", lambda found: f"#{ord(found[0])};", text)
    return coded.replace("end note", "end#32;note")


def _build_mermaid_namer(process: Process) -> Callable[[str], str]:
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
    name = _build_mermaid_namer(process)
    lines = ["stateDiagram-v2"]
    lines += [
        f'state "{_escape_for_mermaid(state)}" as {name(state)}'
        for state in process.states
        if name(state) != state
    ]
    lines += [f"[*] --> {name(process.initial)}"]
    lines += [
        f"{name(source)} --> {name(target)} : {_escape_for_mermaid(label)}"
        for source, target, label in _list_arrows_with_labels(process)
    ]
    lines += [f"{name(state)} --> [*]" for state in _iter_final_states(process)]
    if note := _list_note_lines(process):
        lines += [f"note right of {name(process.initial)}"]
        lines += [f"    {_escape_for_mermaid(line)}" for line in note]
        lines += ["end note"]
    return "\n    ".join(lines) + "\n"


def _escape_for_dot(text: str) -> str:
    text = readable(text).replace("&", "&amp;").replace("\\", "\\\\")
    return text.replace('"', '\\"')


def _quote_for_dot(text: str) -> str:
    return f'"{_escape_for_dot(text)}"'


def to_dot(process: Process) -> str:
    """Draw a process in the language of Graphviz.

    Args:
        process: What to draw.

    Returns:
        The text of a ``digraph``, always the same for the same steps.
    """
    lines = [f"digraph {_quote_for_dot(process.name)} {{", "    rankdir=LR;"]
    if note := _list_note_lines(process):
        label = "\\l".join(map(_escape_for_dot, note)) + "\\l"
        lines += [f'    label="{label}";', "    labeljust=l;"]
    lines += ["    node [shape=box, style=rounded];", '    "" [shape=point];']
    lines += [f"    {_quote_for_dot(state)};" for state in _list_open_states(process)]
    lines += [
        f"    {_quote_for_dot(state)} [peripheries=2];"
        for state in _iter_final_states(process)
    ]
    lines += [f'    "" -> {_quote_for_dot(process.initial)};']
    lines += [
        f"    {source} -> {target} [label={label}];"
        for source, target, label in (
            map(_quote_for_dot, arrow) for arrow in _list_arrows_with_labels(process)
        )
    ]
    return "\n".join([*lines, "}"]) + "\n"


def _escape_for_markdown(text: str) -> str:
    """Escape what Markdown would read as markup; an underscore in a word is none."""
    text = re.sub(r"[\\`*\[\]<>|~&$]", r"\\\g<0>", readable(text))
    return re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\_", text)


def _format_sources(process: Process, sources: Iterable[str]) -> str:
    """List where a step starts from, the short way round."""
    starts, whole = set(sources), _list_open_states(process)
    if starts <= set(whole) and len(whole) > _FEW:
        rest = [state for state in whole if state not in starts]
        if not rest:
            return "every open state"
        if len(rest) < len(starts) and len(rest) <= _FEW:
            exceptions = " and ".join(map(_escape_for_markdown, rest))
            return f"every open state but {exceptions}"
    return ", ".join(_escape_for_markdown(s) for s in process.states if s in starts)


def to_markdown(process: Process) -> str:
    """Write a process as a Markdown table, one row per step.

    Args:
        process: What to write.

    Returns:
        A line on where cases begin and end, and the table.
    """
    ends = " or ".join(map(_escape_for_markdown, _iter_final_states(process)))
    begins = _escape_for_markdown(process.initial)
    lines = [
        f"Begins {begins}, ends {ends} (process version {process.hash}).",
        "",
        "| trigger | from | to | who | carries |",
        "|---|---|---|---|---|",
    ]
    for way in _group_edges_by_effect(process).values():
        first = way[0]
        cells = (
            _escape_for_markdown(_format_label(first)),
            _format_sources(process, (edge.source for edge in way)),
            "same" if _is_stay(first) else _escape_for_markdown(first.target),
            first.who,
            _escape_for_markdown(" ".join(first.carries.split())),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
