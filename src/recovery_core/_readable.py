"""What others wrote, made fit to stand on a line: nothing in it can dress up."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["json_escaped", "readable", "readable_lines"]

# Controls, line breaks, what turns the direction of the text or cannot be seen, and
# halves of characters.
_UNREADABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def readable(text: str) -> str:
    r"""Escape, as Python does, what would change how a line reads, breaks included.

    Example:
        >>> print(readable("paid\nEUR 9999"))
        paid\nEUR 9999
    """
    return _UNREADABLE.sub(_escaped, text)


def readable_lines(text: str) -> str:
    """Make each line of a text readable, where the lines are the library's own."""
    return "\n".join(map(readable, text.split("\n")))


def json_escaped(text: str) -> str:
    """Escape in JSON text what would change how it reads; the values stay the same.

    Args:
        text: JSON on one line: whatever is escaped stands inside a string.
    """
    return _UNREADABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escaped(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]
