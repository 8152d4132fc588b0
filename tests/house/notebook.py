"""Run cells in a kernel, as a notebook does, and tell what they show.

Run as a program: it reads the cells as JSON on the standard input, and prints for each
cell what it put out, as JSON.
"""

import json
import sys
from importlib import import_module
from typing import Any


def shown_by(cells: list[str]) -> list[list[dict[str, Any]]]:
    """Run the cells one after the other in one kernel; return their outputs."""
    nbformat: Any = import_module("nbformat").v4
    client: Any = import_module("nbclient").NotebookClient
    book = nbformat.new_notebook(cells=[nbformat.new_code_cell(cell) for cell in cells])
    client(book, timeout=300, kernel_name="python3").execute()
    return [cell["outputs"] for cell in book["cells"]]


if __name__ == "__main__":
    json.dump(shown_by(json.load(sys.stdin)), sys.stdout)
