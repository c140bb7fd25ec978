"""`rapidpro-simulator project` and `serve --cht-project`: what is in a project, and what is wrong with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.commands.cli import main
from rapidpro_simulator.commands.serve.welcome import welcome
from rapidpro_simulator.served.configuration import read_plan
from rapidpro_simulator.served.live import LiveSimulation
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "my-config"
    folder.mkdir()
    (folder / "app_settings.json").write_text(
        json.dumps({"forms": {"PREG": {}}, "locale": "en", "roles": {"nurse": {}}})
    )
    (folder / "csv").mkdir()
    (folder / "csv/users.csv").write_text("username,password,roles\nasha,Kisumu-Road-8,nurse\n")
    return folder


def test_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What there is in a project is told in a line."""
    assert main(["project", str(project)]) == 0

    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{project}: 3 sections of settings, 1 form for SMS, 1 user"
    assert second == "  nothing is wrong with it"


def test_errors_first(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Errors come first, and make the exit code 1."""
    (project / "app_settings.json").write_text(json.dumps({"uhc": {"n": 1}, "fomrs": {}}))

    assert main(["project", str(project)]) == 1

    _, *lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[1].strip() for line in lines] == ["error", "not simulated"]


def test_no_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that there is not is wrong usage."""
    assert main(["project", str(tmp_path / "nothing")]) == 2
    assert "there is no such folder" in capsys.readouterr().err


def serve(project: Path, journal: Path) -> LiveSimulation:
    ports = {"rapidpro_port": 0, "cht_port": 0, "couchdb_port": 0}
    return LiveSimulation(read_plan(None, cht_project=project, journal=journal, **ports))


def test_served(project: Path, tmp_path: Path) -> None:
    """A served instance has the project, beside the workspace that it sends through; its users are shown."""
    with serve(project, tmp_path / "journal.jsonl") as live:
        (instance,) = live.instances
        settings = instance.instance.couch.database("medic").get("settings")["settings"]

        assert settings["forms"] == {"PREG": {}}
        assert settings["sms"]["outgoing_service"] == "rapidpro"
        assert instance.passwords["asha"] == "Kisumu-Road-8"
        assert f"project        {project}: 3 sections of settings" in welcome(live, "http://127.0.0.1:8700", None)


def test_broken_project_is_not_served(project: Path, tmp_path: Path) -> None:
    """What is wrong is told by file and key."""
    (project / "app_settings.json").write_text("{")

    with pytest.raises(UsageError, match=r"app_settings\.json: line 1, column 2: is no JSON"):
        serve(project, tmp_path / "journal.jsonl")


def test_refused_user(project: Path, tmp_path: Path) -> None:
    """A user whom CHT refuses is told by name, in CHT's words."""
    (project / "csv/users.csv").write_text("username,password,roles\nasha,short,nurse\n")

    with pytest.raises(UsageError, match=r"csv/users\.csv: asha: .*at least 8 characters"):
        serve(project, tmp_path / "journal.jsonl")


def test_no_folder(tmp_path: Path) -> None:
    """Neither the option nor the key of the file takes what is no folder."""
    with pytest.raises(UsageError, match=r"--cht-project: .* is no folder"):
        read_plan(None, cht_project=tmp_path / "nothing")
    file = tmp_path / "serve.toml"
    file.write_text('[[cht]]\nhost = "cht.example.org"\nproject = "nothing"\n')
    with pytest.raises(UsageError, match=r"project: .*nothing is no folder"):
        read_plan(file)


def test_folder_of_the_file(project: Path) -> None:
    """In a file the folder is relative to the file."""
    file = project.parent / "serve.toml"
    file.write_text('[[cht]]\nhost = "cht.example.org"\nproject = "my-config"\n')

    assert read_plan(file).cht[0].project == project
