"""Writes the API reference, with pdoc, from the docstrings: `python docs/reference.py FOLDER`.

The public names come first; the modules after them are those whose objects the public ones hand out. It fails on any
warning of pdoc, such as one about a name that does not resolve.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pdoc

import rapidpro_simulator

MODULES = (
    "rapidpro_simulator",
    "rapidpro_simulator.rapidpro.delivery.outcomes",
    "rapidpro_simulator.world",
)


def write_reference(folder: Path) -> None:
    """Write a page for each module into `folder`, and an index."""
    for name in rapidpro_simulator.__all__:
        getattr(rapidpro_simulator, name)  # pdoc sees what is imported, not what could be
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pdoc.render.configure(docformat="markdown", footer_text="rapidpro-simulator")
        pdoc.pdoc(*MODULES, output_directory=folder)


if __name__ == "__main__":
    write_reference(Path(sys.argv[1]))
