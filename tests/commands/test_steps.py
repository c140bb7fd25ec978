"""`rapidpro-simulator steps`: the list, the search, and what editors are told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.commands.cli import main
from rapidpro_simulator.testing.catalogue import entries

if TYPE_CHECKING:
    from pathlib import Path


def test_the_list_has_every_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its keywords, one a line."""
    assert main(["steps"]) == 0

    assert capsys.readouterr().out.splitlines() == [line for entry in entries() for line in entry.lines]


def test_a_search_shows_what_it_finds_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    """The example, the meaning, the grammar and what its values are."""
    assert main(["steps", "find", "message delivered"]) == 0

    found = capsys.readouterr().out
    assert found.startswith('Then message 2 is in the state "delivered"\n    One message of CHT is in a state.\n')
    assert '    Then (message <number> | the message) is in the state "<state>"\n' in found
    assert "        <state>: scheduled, pending, " in found


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["steps", "find"], 'say what to find: steps find "message delivered"'),
        (["steps", "list", "message"], "say what to find"),
        (["steps", "find", "xylophone"], "no sentence has any of these words: xylophone"),
    ],
)
def test_a_search_for_nothing_is_explained(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    """One sentence, and the exit code 2."""
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_editors_are_told_of_every_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every example matches a step definition of its keyword, as a regular expression without names of groups."""
    folder = tmp_path / ".vscode"

    assert main(["steps", "--cucumber", str(folder)]) == 0

    assert f'"{folder.as_posix()}/rapidpro-simulator.js"' in capsys.readouterr().out
    definitions = re.findall(
        r"^(\w+)\(/(.*)/, \(\) => \{\}\)$", (folder / "rapidpro-simulator.js").read_text(), re.MULTILINE
    )
    examples = re.findall(r"^    (\w+) (.+)$", (folder / "rapidpro-simulator.feature").read_text(), re.MULTILINE)
    assert len(examples) == len(entries())
    assert not any("?P<" in pattern for _, pattern in definitions)
    unknown = [
        text
        for keyword, text in examples
        if not any(kind == keyword and re.search(pattern, text) for kind, pattern in definitions)
    ]
    assert unknown == []
