"""Tells editors of our sentences: files that the Cucumber extension of VS Code, and its language server, can read.

The extension reads source code for steps, and of pytest-bdd's parsers it does not find ours. So each parser is written
down as a step of cucumber-js, as a regular expression that takes the same sentences; nobody runs this file. Completion
comes from sentences in features that match one of them, so there is also a feature with an example of each; it is in a
folder that pytest must not collect, such as `.vscode`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .catalogue import entries
from .grammar import pattern_of

if TYPE_CHECKING:
    from pathlib import Path

STEPS, EXAMPLES = "rapidpro-simulator.js", "rapidpro-simulator.feature"
WRITTEN_BY = "Written by `rapidpro-simulator steps --cucumber`, for editors only: nothing runs it."


def write(folder: Path) -> str:
    """Write the files into `folder`, over those of an earlier release; return what else there is to do, as a text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STEPS).write_text(step_definitions(), encoding="utf-8")
    (folder / EXAMPLES).write_text(examples(), encoding="utf-8")
    settings = {
        "cucumber.glue": [f"{folder.as_posix()}/{STEPS}", "**/conftest.py"],
        "cucumber.features": [f"{folder.as_posix()}/{EXAMPLES}", "**/*.feature"],
    }
    return f"Put this into .vscode/settings.json:\n{json.dumps(settings, indent=2)}\n"


def step_definitions() -> str:
    """Return all parsers as steps of cucumber-js."""
    found = [
        f"{keyword}(/{pattern_of(parser).replace('/', chr(92) + '/')}/, () => {{}})"
        for entry in entries()
        for keyword, parser in entry.parsers
    ]
    return "\n".join(
        [f"// {WRITTEN_BY}", 'const { Given, When, Then } = require("@cucumber/cucumber")', "", *found, ""]
    )


def examples() -> str:
    """Return a feature that says an example of each sentence."""
    lines = [f"# {WRITTEN_BY}", "Feature: All sentences of rapidpro-simulator"]
    for subject in dict.fromkeys(entry.subject for entry in entries()):
        lines += ["", f"  Scenario: {subject.capitalize()}"]
        lines += [f"    {entry.example}" for entry in entries() if entry.subject == subject]
    return "\n".join([*lines, ""])
