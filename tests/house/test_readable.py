"""Text of others cannot dress up: no reader prints a control sign or one line more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from recovery_core import Money, Remedy, RemedyKind
from recovery_core._readable import json_escaped, readable, readable_lines
from recovery_core.cli import main
from recovery_core.errors import RecoveryError
from recovery_core.tables import (
    Rule,
    Table,
    backtest,
    column,
    decide,
    diff,
    per_started,
    percent_of,
    prove,
    sheet,
)
from recovery_core.testing import check_policy

# A title for the terminal, a colour, a new line that decides, a return to the start of
# the line, text that runs backwards, one sequence of a single sign, half a character.
HOSTILE: Final = (
    "\x1b]0;pwn\x07\x1b[31m\ndecided by r2, EUR 9999\r\u202e\x9b1m\u2028\x85\t!"
)
HARMLESS: Final = "harmless"


def dressed(text: str) -> dict[str, Any]:
    """Write a stored table with a text in every place that takes one."""
    late, tier = f"late{text}", f"tier{text}"
    half = {"percent_of": {"of": {"column": f"fare{text}"}, "is": "50"}}
    return {
        "format": "recovery_core/table",
        "version": 1,
        "name": f"name{text}",
        "source": f"source{text}",
        "columns": {
            late: {"holds": "integer", "least": 0, "most": 600, "unit": f"min{text}"},
            tier: {"holds": "choices", "values": [f"gold{text}", f"tin{text}"]},
            f"fare{text}": {"holds": "money", "least": "EUR 0.00", "most": "EUR 99.00"},
        },
        "exclusions": [
            {"code": f"out{text}", "when": {late: {"at_least": 500}}, "because": text}
        ],
        "hit": "first",
        "rules": [
            {
                "code": f"half{text}",
                "when": {late: {"at_least": 60}, tier: {"in": [f"gold{text}"]}},
                "amends": [{"pay": {"amount": half, "what": f"half of it{text}"}}],
                "because": f"late and gold{text}",
            },
            {
                "code": f"tea{text}",
                "when": {late: {"at_least": 30}},
                "amends": [{"remedy": {"kind": "care", "what": f"tea{text}"}}],
            },
        ],
        "otherwise": {"code": f"no{text}", "because": f"in time{text}"},
    }


def changed(stored: dict[str, Any]) -> dict[str, Any]:
    """Give another version of a stored table."""
    other: dict[str, Any] = json.loads(json.dumps(stored))
    rule = other["rules"][0]
    (late, tier) = rule["when"]
    rule["when"] = {late: {"at_least": 90}, tier: rule["when"][tier]}
    rule["because"] += "?"
    other["otherwise"]["because"] += "?"
    return other


def table_of(stored: Mapping[str, Any]) -> Table:
    """Read a stored table."""
    return Table.from_json(json.dumps(stored))


def facts_of(text: str) -> dict[str, Any]:
    """Give the facts of a claim that is late and gold."""
    fare = Money("42.00", "EUR")
    return {f"late{text}": 75, f"tier{text}": f"gold{text}", f"fare{text}": fare}


def read(text: str) -> Iterator[str]:
    """Let every reader in Python write what it writes."""
    stored = dressed(text)
    old, new = table_of(stored), table_of(changed(stored))
    facts = facts_of(text)
    yield str(sheet(old))
    yield old.to_markdown()
    told = old.explain(facts)
    yield str(told)
    for rule in told.rules:
        yield from map(str, rule.conditions)
        yield from (str(step) for _, steps in rule.gives for step in steps)
    yield str(old)
    yield from (str(gift) for row in old.rows for gift in row.gifts)
    yield str(per_started(old.columns[-1], 60, old.columns[0]))
    found = diff(old, new)
    yield str(found)
    yield found.to_markdown()
    yield from map(str, found.changes)
    yield from map(str, found.regions)
    yield from map(str, old.decision(facts).award.because)
    yield from map(str, old.decision(facts).award.amends)
    yield str(prove.never_above(old, Money("1.00", "EUR")))
    yield str(prove.never_above(old, old.columns[-1]))
    data = {name: [4200 if isinstance(v, Money) else v] for name, v in facts.items()}
    yield repr(decide(old, data))
    yield repr(backtest(old, new, data=data))
    yield str(check_policy(old, never_above=Money("99.00", "EUR"), max_examples=5))


def refusals(text: str) -> Iterator[Callable[[], object]]:
    """Ask what is refused with names and texts in the message."""
    stored = dressed(text)
    table = table_of(stored)
    late, tier, fare = table.columns[0], table.columns[1], table.columns[2]
    gap = {**stored}
    del gap["otherwise"]
    yield lambda: table_of(gap)
    yield lambda: table_of({**stored, "rules": stored["rules"][::-1]})
    yield lambda: table_of({**stored, "hit": "unique"})
    yield lambda: table_of({**stored, f"more{text}": 1})
    yield lambda: table_of({**stored, "rules": [{"code": 7}]})
    yield lambda: table_of({**stored, "columns": {}})
    yield lambda: table.decision({})
    yield lambda: table.decision({**facts_of(text), tier.name: f"lead{text}"})
    yield lambda: table.decision({**facts_of(text), late.name: 7000})
    yield lambda: decide(table, {late.name: [1]})
    yield lambda: decide(table, {late.name: [1], tier.name: [text], fare.name: [1]})
    yield lambda: column.choices(f"x{text}", text, text)
    yield lambda: Rule(text, when=tier.is_missing)
    yield lambda: diff(
        table, Table("x", [Rule("r", when=column.flag(late.name))], otherwise="-")
    )
    yield lambda: Remedy(RemedyKind.CASH, what=text)
    yield lambda: Money.parse(text)
    yield lambda: percent_of(late, 50)


def signs(told: str) -> set[str]:
    """Name the signs of a text that change how it reads, but for its own new lines."""
    return {sign for sign in told if sign != "\n" and readable(sign) != sign}


def refused(ask: Callable[[], object]) -> str:
    """Give the message of a refusal; nothing where nothing is refused."""
    try:
        ask()
    except RecoveryError as error:
        return str(error)
    return ""


def test_every_reader_writes_the_lines_of_a_harmless_table() -> None:
    """As many, in every form, and none of them with a sign that could dress up."""
    pytest.importorskip("z3")
    for harmless, hostile in zip(read(HARMLESS), read(HOSTILE), strict=True):
        assert signs(hostile) == set(), hostile
        assert hostile.count("\n") == harmless.count("\n"), hostile


def test_every_refusal_is_one_line() -> None:
    """Whatever names and texts are in it."""
    messages = [*map(refused, refusals(HOSTILE))]
    assert sum(map(bool, messages)) > 12
    for told in messages:
        assert signs(told) == set(), told
        assert "\n" not in told


COMMANDS: Final = (
    ("show", "OLD"),
    ("check", "OLD", "NEW", "BAD"),
    ("explain", "OLD", "--facts", "FACTS"),
    ("diff", "OLD", "NEW"),
    ("prove", "OLD", "--never-above", "EUR 1.00"),
    ("show", "BAD"),
    ("explain", "OLD", "late=1"),
)


def run(text: str, folder: Path, command: tuple[str, ...], *more: str) -> None:
    """Run a command on files of these texts."""
    stored = dressed(text)
    bad = {**stored}
    del bad["otherwise"]
    facts = {
        k: "42.00" if isinstance(v, Money) else v for k, v in facts_of(text).items()
    }
    files = {"OLD": stored, "NEW": changed(stored), "BAD": bad, "FACTS": facts}
    words: list[str] = []
    for word in command:
        path = folder / f"{word}.json"
        if word in files:
            path.write_text(json.dumps(files[word]), encoding="utf-8")
        words.append(str(path) if word in files else word)
    main(["policy", *words, *more])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_prints_what_could_dress_up(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On either stream, as text and as JSON, whose values stay what they are."""
    counts: list[tuple[int, int]] = []
    for text in (HARMLESS, HOSTILE):
        run(text, tmp_path, command)
        out, err = capsys.readouterr()
        assert signs(out + err) == set()
        counts.append((out.count("\n"), err.count("\n")))
    assert counts[0] == counts[1]
    run(HOSTILE, tmp_path, command, "--json")
    out, err = capsys.readouterr()
    assert signs(out + err) == set()
    if out and command[0] == "show":
        assert json.loads(out)["name"] == f"name{HOSTILE}"


def test_readable_is_what_python_writes() -> None:
    """Twice comes to the same as once, and JSON keeps its values."""
    assert readable(f"a{HOSTILE}b") == (
        r"a\x1b]0;pwn\x07\x1b[31m\ndecided by r2, EUR 9999\r\u202e\x9b1m\u2028\x85\t!b"
    )
    assert readable(readable(HOSTILE)) == readable(HOSTILE)
    assert readable_lines("a\r\nb\x00") == "a\\r\nb\\x00"
    assert (
        readable("plain, \u00e9 \N{SNOWMAN} \U0001f600")
        == "plain, \u00e9 \N{SNOWMAN} \U0001f600"
    )
    text = json.dumps([HOSTILE, "\ud800"], ensure_ascii=False)
    assert json.loads(json_escaped(text)) == [HOSTILE, "\ud800"]
    assert signs(json_escaped(text)) == set()
