"""README and the documentation show what is: outputs, what is written, links."""

from pathlib import Path

import pytest
from sybil import Document
from sybil.example import SybilFailure

from tools.pages import pages, parse_examples, with_outputs, with_written

ROOT = Path(__file__).parents[1]


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
    assert with_written(text) == text
