from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from recovery_core.process import (
    FIVE_STEPS,
    Process,
    Step,
    define,
    to_dot,
    to_markdown,
    to_mermaid,
)

ODD = define(
    'x"y\\ z',
    initial="a|b",
    final="end",
    steps=[
        Step("go: #1;", "a|b", "_c_"),
        Step("end note", "a|b", "_c_", carries="two\nlines | & *more*"),
        Step("do_it", ("a|b", "_c_"), "end"),
    ],
)


def test_mermaid_shows_the_five_steps_as_a_reader_wants_them() -> None:
    """Parallel arrows share a label; what is possible everywhere stands in a note."""
    assert (
        to_mermaid(FIVE_STEPS)
        == """\
stateDiagram-v2
    [*] --> reported
    reported --> acknowledged : acknowledge
    reported --> unresolved : withdraw
    acknowledged --> apologized : apologize
    acknowledged --> unresolved : decline / withdraw
    apologized --> offered : offer (at most 3 x)
    apologized --> unresolved : decline / withdraw
    offered --> accepted : accept
    offered --> contested : contest / lapse
    offered --> unresolved : withdraw
    accepted --> amended : make_amends
    accepted --> unresolved : withdraw
    contested --> offered : offer (at most 3 x)
    contested --> unresolved : decline / concede / withdraw
    amended --> closed : feed_back
    unresolved --> closed : feed_back
    closed --> reported : reopen (new cycle)
    closed --> [*]
    merged --> [*]
    note right of reported
        every open state
        escalate stays
        merge leads to merged
    end note
"""
    )


def test_mermaid_numbers_states_whose_names_it_could_misread() -> None:
    """Whatever a state is called, the picture means the same process."""
    assert (
        to_mermaid(ODD)
        == """\
stateDiagram-v2
    state "a#124;b" as s0
    state "_c_" as s1
    state "end" as s2
    [*] --> s0
    s0 --> s1 : go#58; #35;1#59; / end#32;note
    s0 --> s2 : do_it
    s1 --> s2 : do_it
    s2 --> [*]
"""
    )


def test_dot_shows_the_same_picture() -> None:
    """Graphviz gets names quoted, so that none of them can end early."""
    assert (
        to_dot(ODD)
        == r"""digraph "x\"y\\ z" {
    rankdir=LR;
    node [shape=box, style=rounded];
    "" [shape=point];
    "a|b";
    "_c_";
    "end" [peripheries=2];
    "" -> "a|b";
    "a|b" -> "_c_" [label="go: #1; / end note"];
    "a|b" -> "end" [label="do_it"];
    "_c_" -> "end" [label="do_it"];
}
"""
    )
    assert (
        r'    label="every open state\lescalate stays\lmerge leads to merged\l";'
        in to_dot(FIVE_STEPS).splitlines()
    )


def test_markdown_is_the_table_of_the_design() -> None:
    """One row a step; 'every open state' is said, not listed."""
    assert (
        to_markdown(FIVE_STEPS)
        == """\
Begins reported, ends closed or merged (process version cad140779b3c48d7).

| trigger | from | to | who | carries |
|---|---|---|---|---|
| acknowledge | reported | acknowledged | company | the channel, and by whom |
| apologize | acknowledged | apologized | company | \
whether it owns responsibility; an apology admits no fault |
| offer (at most 3 x) | apologized, contested | offered | company | \
the award, its round, its expiry |
| accept | offered | accepted | customer | which offer, which alternative |
| contest | offered | contested | customer | why; the remedy asked for |
| lapse | offered | contested | clock | that the offer expired |
| make_amends | accepted | amended | company | what is owed, receipts |
| decline | acknowledged, apologized, contested | unresolved | company | \
the reason; never before acknowledgement |
| concede | contested | unresolved | company | \
the impasse: some people are never satisfied |
| withdraw | every open state but amended and unresolved | unresolved | customer | \
that the customer lets it rest |
| feed_back | amended, unresolved | closed | company | \
root cause, lesson, preventive measure |
| reopen (new cycle) | closed | reported | either | \
a double deviation; the steps start again |
| escalate | every open state | same | either | to which tier or specialist |
| merge | every open state | merged | company | the surviving case |
"""
    )


def test_markdown_escapes_what_would_be_markup() -> None:
    """A name is shown as it is, and no name breaks out of its cell."""
    assert to_markdown(ODD).splitlines()[4:] == [
        r"| go: #1; | a\|b | \_c\_ | either |  |",
        r"| end note | a\|b | \_c\_ | either | two lines \| \& \*more\* |",
        r"| do_it | a\|b, \_c\_ | end | either |  |",
    ]


def test_a_step_of_all_but_few_states_names_the_few() -> None:
    """The short way round is the readable one, and only then is it taken."""
    states = ["a", "b", "c", "d"]
    chain = [Step(f"to {t}", s, t) for s, t in zip("abcd", "bcdz", strict=True)]
    steps = [
        *chain,
        Step("most", states[:3], "z"),
        Step("half", states[:2], "z"),
        Step("mixed", ["a", "z"], "a", begins_cycle=True),
        Step("all", states, "z"),
        Step("back", states[1:], "a", begins_cycle=True),
    ]
    rows = to_markdown(define("p", initial="a", final="z", steps=steps)).splitlines()
    cells = {row.split(" | ")[0]: row.split(" | ")[1] for row in rows[4:]}
    assert cells["| most"] == "every open state but d"
    assert cells["| half"] == "a, b"
    assert cells["| mixed (new cycle)"] in {"a", "z"}
    assert cells["| all"] == "every open state"
    assert cells["| back (new cycle)"] == "every open state but a"


NASTY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).filter(
    lambda t: t == t.strip() and t.isprintable() and t not in {"*", "=", "state"}
)
WORDS = NASTY.filter(lambda t: t not in {"record", "report"})


@st.composite
def processes(draw: st.DrawFn) -> Process:
    """Draw a chain of states with the most awkward names there are."""
    states = draw(st.lists(NASTY, min_size=2, max_size=6, unique=True))
    words = draw(st.lists(WORDS, min_size=7, max_size=7, unique=True))
    steps = [
        Step(word, source, target)
        for word, source, target in zip(words, states, states[1:], strict=False)
    ]
    steps.append(Step(words[-1], states[:-1]))
    return define(draw(NASTY), initial=states[0], final=states[-1], steps=steps)


@given(process=processes())
def test_every_name_stays_inside_its_place(process: Process) -> None:
    """No name adds a line, a cell or a quote to any of the three texts."""
    mermaid, dot, table = to_mermaid(process), to_dot(process), to_markdown(process)
    arrows = len({(e.source, e.target) for e in process.edges})
    folded = len(process.states) > 3
    drawn = arrows - (len(process.states) - 1 if folded else 0)
    assert len(re.findall(r"^    \w+ --> \w+ : .", mermaid, re.MULTILINE)) == drawn
    assert mermaid.count("end note") == folded
    quoted = r'"(?:[^"\\]|\\.)*"'
    arrow = rf"^    {quoted} -> {quoted} \[label={quoted}\];$"
    assert len(re.findall(arrow, dot, re.MULTILINE)) == drawn
    assert re.sub(quoted, "", dot).count('"') == 0
    rows = table.splitlines()[4:]
    assert len(rows) == len(process.states)
    assert all(len(re.findall(r"(?<!\\)\|", r)) == 6 for r in rows if "\\\\" not in r)


@given(process=processes())
def test_pictures_do_not_depend_on_the_run(process: Process) -> None:
    """The same steps give the same text, so that documents do not change by chance."""
    again = define(
        process.name,
        initial=process.initial,
        final=process.final,
        steps=[Step(e.trigger, e.source, e.target) for e in process.edges],
    )
    for draw in (to_mermaid, to_dot, to_markdown):
        assert draw(again) == draw(process)
