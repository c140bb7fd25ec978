"""`rapidpro-simulator sms`, beside a `serve` in the same folder."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.commands.serving import ANY_PORTS, Served, run_command, wait_for
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

REGISTRATION = Path(__file__).parents[3] / "fixtures" / "flows" / "registration.json"
PHONE = "+265991234567"
CONFIGURATION = """
[[rapidpro]]
host = "textit.com"
[[rapidpro.workspaces]]
name = "Clinic"
flows = ["registration.json"]
[[rapidpro.workspaces]]
name = "Chat"
channel = "whatsapp"
"""

pytestmark = pytest.mark.xdist_group("texted")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("texted")


@pytest.fixture(scope="module")
def clinic(folder: Path) -> Iterator[Served]:
    """A simulation with two workspaces, of which the second cannot be texted."""
    shutil.copy(REGISTRATION, folder)
    (folder / "clinic.toml").write_text(CONFIGURATION, encoding="utf-8")
    served = Served(folder, "--config", "clinic.toml", *ANY_PORTS)
    yield served
    served.stop()


def receive_url(served: Served) -> str:
    found = re.search(r"^  texts to Clinic: (\S+)$", served.output, re.MULTILINE)
    assert found
    return found[1]


def test_a_text_starts_a_flow_and_its_answers_are_shown(clinic: Served, folder: Path) -> None:
    """A text from another terminal starts a flow, and what the flow says is printed."""
    ended = run_command(folder, "sms", PHONE, "JOIN", "--wait", str(PATIENCE))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        f"{PHONE} texts: JOIN",
        "RapidPro answers: Welcome! Which language do you speak?",
    ]


def test_a_short_code_texts_the_printed_address(clinic: Served, folder: Path, tmp_path: Path) -> None:
    """With the printed address, texts come from any folder, and from any sender."""
    ended = run_command(tmp_path, "sms", "60396", "Your balance is low", "--url", receive_url(clinic))

    assert (ended.returncode, ended.stdout) == (0, "60396 texts: Your balance is low\n")
    wait_for(lambda: "Your balance is low" in clinic.journal.read_text(encoding="utf-8"), "the text")


def test_curl(clinic: Served) -> None:
    """Any client of HTTP can be the phone."""
    form = urlencode({"from": "SAFARICOM", "text": "JOIN"}).encode()
    with urlopen(receive_url(clinic), form, PATIENCE) as response:
        answer = json.loads(response.read())

    assert (answer["message"], answer["data"][0]["urn"]) == ("Message Accepted", "tel:safaricom")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("a*b", "hi"), "RapidPro refuses the text: phone number supplied is not a number"),
        ((PHONE, "hi", "--workspace", "Clinics"), "no workspace is called 'Clinics'; there are: Clinic, Chat"),
        ((PHONE, "hi", "--workspace", "Chat"), "the channel of the workspace 'Chat' cannot be texted over HTTP"),
        ((PHONE, "hi", "--url", "clinic"), "'clinic' is no URL"),
        ((PHONE, "hi", "--url", "http://127.0.0.1:9/c/ex/x/receive"), "nobody answers at http://127.0.0.1:9"),
    ],
)
def test_what_goes_wrong(clinic: Served, folder: Path, options: tuple[str, ...], complaint: str) -> None:
    """What cannot be texted is told in one sentence."""
    ended = run_command(folder, "sms", *options)

    assert ended.returncode == 2
    assert complaint in ended.stderr


def test_nothing_is_served(tmp_path: Path) -> None:
    """Where nothing is served, it says how to begin and how to name what runs elsewhere."""
    ended = run_command(tmp_path, "sms", PHONE, "JOIN")

    assert ended.returncode == 2
    assert "no simulation is served from this folder: run `rapidpro-simulator serve` here" in ended.stderr
    assert "--url" in ended.stderr


def test_serve_takes_its_address_with_it(tmp_path: Path) -> None:
    """The file by which `serve` is found is there while it runs, and not afterwards."""
    served = Served(tmp_path, *ANY_PORTS)
    there = (tmp_path / ".rapidpro-simulator.json").exists()
    served.stop()

    assert (there, (tmp_path / ".rapidpro-simulator.json").exists()) == (True, False)
