"""Files of options: what they may hold, and where an error is said to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.world import toml_reader as toml
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Host:
    name: str
    port: int = 0
    exports: tuple[Path, ...] = ()


HOST: dict[str, toml.Check] = {"name": toml.name, "port": toml.port, "exports": toml.Files()}
CHECKS: dict[str, toml.Check] = {
    "wait": toml.seconds,
    "command": toml.texts,
    "hosts": toml.Tables(Host, "name", HOST),
}


def read(folder: Path, text: str) -> dict[str, object]:
    path = folder / "options.toml"
    path.write_text(text, encoding="utf-8")
    return toml.read_file(path, CHECKS)


def test_values(tmp_path: Path) -> None:
    """Tables become what they describe, and paths are meant from the folder of the file."""
    text = "wait = 1.5\ncommand = ['run']\n[[hosts]]\nname = 'a'\nport = 80\nexports = ['b.json']\n"

    hosts = (Host("a", 80, (tmp_path / "b.json",)),)
    assert read(tmp_path, text) == {"wait": 1.5, "command": ["run"], "hosts": hosts}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("wait = -1", "options.toml, wait: -1 is not a number of seconds"),
        ("weight = 1", "options.toml: there is no key 'weight' here; possible are: wait, command, hosts"),
        ("command = [1]", "options.toml, command: [1] is not an array of texts"),
        ("hosts = 1", "options.toml, hosts: this is an array of tables: write [[hosts]]"),
        ("[[hosts]]\nport = 1", "options.toml, hosts 1: the key 'name' is missing"),
        ("[[hosts]]\nname = ' '", "options.toml, hosts 1, name: an empty text is no name"),
        ("[[hosts]]\nname = 'a'\nport = 65536", "options.toml, hosts 1, port: 65536 is no port"),
        ("wait", "options.toml is no TOML"),
    ],
)
def test_an_error_says_where_it_is(tmp_path: Path, text: str, sentence: str) -> None:
    """The file, the table by its number, and the key."""
    with pytest.raises(UsageError) as refused:
        read(tmp_path, text)

    assert sentence in str(refused.value)


def test_a_missing_file_is_called_what_it_is(tmp_path: Path) -> None:
    """The reader says what kind of file it wanted."""
    with pytest.raises(UsageError, match=r"^the plan .*nowhere\.toml cannot be read: No such file"):
        toml.read_file(tmp_path / "nowhere.toml", CHECKS, "the plan")
