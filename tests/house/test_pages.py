"""README and the documentation show what is: outputs, what is written, links."""

import re
import runpy
import tomllib
from difflib import unified_diff
from pathlib import Path

import pytest
from sybil import Document
from sybil.example import SybilFailure

import recovery_core
from tools.pages import pages, parse_examples, with_outputs, with_written

ROOT = Path(__file__).parents[2]


def page(tmp_path: Path, *blocks: str) -> Path:
    """Write a page: Python blocks, and those of text that begin with ``text``."""
    path = tmp_path / "page.md"
    path.write_text(
        "\n\n".join(
            f"```text\n{block.removeprefix('text ')}\n```"
            if block.startswith("text ")
            else block
            if block.startswith("prose ")
            else f"```python\n{block}\n```"
            for block in blocks
        )
        + "\n"
    )
    return path


def run(path: Path) -> None:
    """Run the examples of a page as the tests do."""
    for example in Document.parse(str(path), parse_examples):
        example.evaluate()


# --------------------------------------------------------------------- what is printed


@pytest.mark.parametrize(
    "blocks",
    [
        ("x = 1", "assert x == 1"),
        ("print('a')\nprint('b')", "text a\nb"),
        ("print('one, two, three')", "text one, ... three"),
        ("print('a\\n\\nb')", "text a\n\nb"),
        ("x = 1", "prose It is about:", "text any text"),
        (
            "from datetime import datetime, UTC\nprint(datetime.now(UTC))",
            "text 2026-03-02 09:00:00+00:00",
        ),
        (
            "from uuid import uuid4\nprint('case', uuid4().hex)",
            "text case 0123456789abcdef0123456789abcdef",
        ),
        (
            "print('first')\nraise ValueError('no')",
            "text first\nTraceback (most recent call last):\n  ...\nValueError: no",
        ),
    ],
)
def test_a_page_that_shows_what_it_prints_passes(
    blocks: tuple[str, ...], tmp_path: Path
) -> None:
    """Text right below a block is its output; what differs each time may differ."""
    written = page(tmp_path, *blocks)
    run(written)
    assert with_outputs(written) == written.read_text()


@pytest.mark.parametrize(
    "blocks",
    [
        ("print('unseen')",),
        ("print('unseen')", "prose Nothing stands below.", "text unseen"),
        ("print('a')", "text b"),
        ("print('a\\nb')", "text a"),
        ("print('a')", "text a\nb"),
        ("x = 1", "text silent"),
        ("print('case 1a')", "text case 1b"),
        ("print('no')", "text Traceback (most recent call last):\n  ...\nValueError"),
        (
            "raise ValueError('no')",
            "text Traceback (most recent call last):\n  ...\nValueError: yes",
        ),
    ],
)
def test_a_page_that_hides_or_invents_an_output_fails(
    blocks: tuple[str, ...], tmp_path: Path
) -> None:
    """What is printed is shown, and nothing else; writing it anew mends the page."""
    written = page(tmp_path, *blocks)
    with pytest.raises(SybilFailure, match=r"python tools/pages\.py"):
        run(written)

    written.write_text(with_outputs(written))
    run(written)


def test_an_error_that_is_not_shown_ends_the_page(tmp_path: Path) -> None:
    """A block may raise only where the page says so."""
    written = page(tmp_path, "raise ValueError('no')", "text no")
    with pytest.raises(ValueError, match="no"):
        run(written)
    with pytest.raises(ValueError, match="no"):
        with_outputs(written)


def test_an_output_is_written_where_it_belongs(tmp_path: Path) -> None:
    """What is missing, wrong or too much is mended; all else stays as it was."""
    written = page(
        tmp_path,
        *("prose First", "print('a')", "prose then", "print('b')", "text c"),
        *("x = 1", "text gone", "prose and", "text kept"),
    )
    (tmp_path / "mended").mkdir()
    mended = page(
        tmp_path / "mended",
        *("prose First", "print('a')", "text a", "prose then", "print('b')"),
        *("text b", "x = 1", "prose and", "text kept"),
    )
    assert with_outputs(written) == mended.read_text()


# --------------------------------------------------------------------- what is written


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_written_from_the_library_is_what_it_says_today(path: Path) -> None:
    """Run `python tools/pages.py` where this fails, and read what has changed."""
    text = path.read_text("utf-8")
    lines = text.splitlines(), with_written(text).splitlines()
    changes = "\n".join(unified_diff(*lines, "page", "library", n=0, lineterm=""))
    assert not changes, changes


# ------------------------------------------------------------------------------- links


def prose(path: Path) -> str:
    """Read a page without its code."""
    text = path.read_text("utf-8")
    text = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]+`", "code", text)


def anchors(path: Path) -> set[str]:
    """Name the places of a page that a link may point to."""
    headings = re.findall(r"^#{1,3} (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def faults(path: Path) -> list[str]:
    """Name the links of a page that some viewer does not show or follow."""
    wrong = []
    docs = ROOT / "docs"
    for text, target in re.findall(r"\[([^\]]*)\]\(([^)\s]+)\)", prose(path)):
        place, _, anchor = target.partition("#")
        if not text.strip():
            wrong.append(f"no text: {target}")
        if re.match(r"[a-z]+:", target):
            continue
        to = (path.parent / place).resolve() if place else path
        if not to.is_file():
            wrong.append(f"nothing is there: {target}")
        elif anchor and anchor not in anchors(to):
            wrong.append(f"no such heading: {target}")
        elif docs in path.parents and docs not in to.parents:
            wrong.append(f"not among the built pages: {target}")
    return wrong


MARKDOWN = [
    *pages(),
    *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(ROOT / "benchmarks").rglob("*.md"),
]


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_have_a_text_and_lead_somewhere(path: Path) -> None:
    """Every viewer shows the link, in the repository and in the built documentation."""
    assert faults(path) == []


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("[](other.md)", "no text: other.md"),
        ("[a](gone.md)", "nothing is there: gone.md"),
        ("![a](gone.svg)", "nothing is there: gone.svg"),
        ("[a](other.md#no)", "no such heading: other.md#no"),
        ("[a](#no)", "no such heading: #no"),
    ],
)
def test_a_dead_link_is_found(link: str, fault: str, tmp_path: Path) -> None:
    """The law above can fail, and what is right passes it."""
    (tmp_path / "other.md").write_text("# Some heading: yes\n")
    path = tmp_path / "page.md"
    path.write_text(
        f"## Here\n{link} [a](other.md) [b](other.md#some-heading-yes) [c](#here)\n"
        "[d](https://example.org) `[](code.md)`\n```text\n[](code.md)\n```\n"
    )
    assert faults(path) == [fault]


# -------------------------------------------------------------------- what is installed


def test_what_pages_and_errors_tell_to_install_is_there() -> None:
    """Each extra that is named anywhere exists, and each for users has its line."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = set(project["optional-dependencies"])
    source = [*(ROOT / "src").rglob("*.py"), *MARKDOWN]
    named = {
        extra.strip()
        for path in source
        for group in re.findall(
            r"recovery[-_]core\[([^\]{]+)\]", path.read_text("utf-8")
        )
        for extra in group.split(",")
    }
    assert named <= extras

    page = (ROOT / "docs/how-to/install.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    development = {"bench", "dev", "docs", "lint", "package", "test", "types"}
    assert told == extras - development


def test_the_wheel_on_the_page_is_that_of_this_version() -> None:
    """Whoever builds the wheel finds it under the name that the page has."""
    page = (ROOT / "docs/how-to/install.md").read_text("utf-8")
    assert f"dist/recovery_core-{recovery_core.__version__}-py3-none-any.whl" in page


# ---------------------------------------------------------------------------- pictures


def test_the_pictures_show_what_the_library_says_today() -> None:
    """Run `python docs/pictures.py` where this fails, and look at what has changed."""
    script = runpy.run_path(str(ROOT / "docs/pictures.py"))
    pictures = dict(script["pictures"]())
    assert [
        name for name in pictures if not script["is_drawn"](name, pictures[name])
    ] == []
    assert {path.stem for path in (ROOT / "docs/images").iterdir()} == set(pictures)
