"""What a project cannot mean is told, with its file and key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.project import ProjectError, read_project

from .conftest import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Folder

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"fomrs": {}}, "error: app_settings.json: fomrs: is no section of CHT's settings; did you mean 'forms'?"),
    (
        {"transitions": {"mutting": True}},
        (
            "error: app_settings.json: transitions.mutting: CHT does not have it and would load none at all; "
            "did you mean 'muting'?"
        ),
    ),
    (
        {"transitions": {"muting": {}}, "muting": {}},
        "error: app_settings.json: transitions.muting: needs the list `muting.mute_forms`; CHT would load none at all",
    ),
    (
        {"sms": {"outgoing_servce": "rapidpro"}},
        "error: app_settings.json: sms.outgoing_servce: is no setting of CHT's; did you mean 'outgoing_service'?",
    ),
    (
        {"sms": {"default_to_sender": "false"}},
        "warning: app_settings.json: sms.default_to_sender: is the text 'false', which is true whatever it says",
    ),
    (
        {"registrations": [{"form": "PREGG"}]},
        (
            "warning: app_settings.json: registrations.0.form: names the form 'PREGG', which there is not; "
            "did you mean 'PREG'?"
        ),
    ),
    ({"uhc": {"n": 1}}, "not simulated: app_settings.json: uhc: nothing acts on it here"),
]


@pytest.mark.parametrize(("settings", "complaint"), WRONG)
def test_complaint(folder: Folder, settings: dict[str, Any], complaint: str) -> None:
    """Misspellings, lists that CHT needs, texts for truths, forms that there are not, and what nothing acts on."""
    folder.write("app_settings.json", {**SETTINGS, **settings})

    assert complaint in folder.complaints()


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"outbound": {"push": {"relevant_to": "doc.type ="}}}, "outbound.push.relevant_to"),
        ({"outbound": {"push": {"mapping": {"a.b": {"expr": "[doc."}}}}}, "outbound.push.mapping.a.b.expr"),
        (
            {"registrations": [{"form": "PREG", "events": [{"bool_expr": "a ++ b"}]}]},
            "registrations.0.events.0.bool_expr",
        ),
        ({"tasks": {"rules": "emit(;"}}, "tasks.rules"),
        ({"purge": {"fn": "function(a) {"}}, "purge.fn"),
        (
            {"outbound": {"push": {"relevant_to": "doc.type === 'a' && doc.x", "mapping": {"a": {"expr": "x; y"}}}}},
            None,
        ),
        ({"tasks": {"rules": "if (c) { return; }"}, "purge": {"fn": "function(a) { return [a]; }"}}, None),
    ],
)
def test_javascript(folder: Folder, settings: dict[str, Any], key: str | None) -> None:
    """JavaScript that does not compile is told with its key; what compiles is not run."""
    folder.write("app_settings.json", {**SETTINGS, **settings})

    errors = [each for each in folder.complaints() if each.startswith("error")]

    assert [each.split(": is no JavaScript: SyntaxError")[0] for each in errors] == (
        [f"error: app_settings.json: {key}"] if key else []
    )


def test_form_of_an_xform(folder: Folder) -> None:
    """A form that is an XForm is there as well as one for SMS."""
    folder.write("app_settings.json", {**SETTINGS, "registrations": [{"form": "pregnancy"}]})
    folder.write("forms/app/pregnancy.xml", "<h/>")

    assert not any("registrations.0" in each for each in folder.complaints())


def test_place_of_a_mistake(folder: Folder) -> None:
    """JSON with a mistake, and JSON that is no object, are told with the place."""
    folder.write("app_settings.json", '{"forms": {},\n "locale" "en"}').write("branding.json", "[]")

    assert folder.complaints() == [
        "error: app_settings.json: line 2, column 11: is no JSON: Expecting ':' delimiter",
        "error: branding.json: is no object: {…}",
    ]


def test_no_text(folder: Folder) -> None:
    """A file in another encoding is told with the line."""
    (folder.path / "translations").mkdir()
    (folder.path / "translations/messages-fr.properties").write_bytes(b"a = b\nc = \xe9\n")

    assert folder.complaints() == ["error: translations/messages-fr.properties: line 2: is no UTF-8: byte 0xe9"]


def test_all_errors_at_once(folder: Folder) -> None:
    """A project with errors is refused with all of them; what is only odd does not stop it."""
    folder.write("app_settings.json", {**SETTINGS, "fomrs": {}, "sms": {"default_to_sender": "no"}})
    folder.write("partners.json", {"x": "missing.png"})

    with pytest.raises(ProjectError) as raised:
        folder.read().require_usable()

    first, *lines = str(raised.value).splitlines()
    assert first.endswith("cannot be deployed:")
    assert [line.split(":")[0].strip() for line in lines] == ["app_settings.json", "partners.json"]


def test_no_folder(tmp_path: Path) -> None:
    """A folder that there is not is no project."""
    with pytest.raises(ProjectError, match="there is no such folder"):
        read_project(tmp_path / "nothing")
