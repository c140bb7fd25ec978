"""What a gateway is told, from files and options, and what is said where that cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cht_rapidpro_gateway.configuration import read
from rapidpro_simulator.gateways import parse_gateway
from rapidpro_simulator.gateways.template import OUR_GATEWAY, PLACEHOLDERS, Template, fill, read_template
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gateway.toml"


def test_without_a_file_it_is_our_gateway_that_is_told() -> None:
    """The usual template is all that `python -m cht_rapidpro_gateway` needs."""
    values = dict.fromkeys(PLACEHOLDERS, "12345") | {
        "cht_url": "http://cht.test",
        "rapidpro_url": "http://rapidpro.test",
    }

    told = {name: fill(text, values) for name, text in read_template(None).environment.items()}

    configuration = read({}, {**told, "GATEWAY_INCOMING_PORT": "8080"})
    assert configuration.cht.url == "http://cht.test"
    assert configuration.rapidpro.token == "12345"


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("", {}),
        ('ready = "port"\ndeadline = 5\ngrace = 0.5', {"ready": "port", "deadline": 5, "grace": 0.5}),
        ('ready = "log:^ready in \\\\d{1,3} ms$"', {"ready": r"log:^ready in \d{1,3} ms$"}),
        ('ready = "url:{gateway_url}/healthz"\nport = 9', {"ready": "url:{gateway_url}/healthz", "port": 9}),
        ("faketime = true", {"faketime": True}),
        ('[environment]\nURL = "{cht_url}/api"', {"environment": {"URL": "{cht_url}/api"}}),
        ('command = ["serve", "--port={port}"]', {"command": ["serve", "--port={port}"]}),
        ('[volumes]\n"." = "/data"', {"volumes": {".": "/data"}}),
        (
            'address = "0.0.0.0"\nrapidpro_port = 1\ncht_port = 2',
            {"address": "0.0.0.0", "rapidpro_port": 1, "cht_port": 2},
        ),
        ('reset = ["true"]', {"reset": ["true"]}),
    ],
)
def test_a_file_changes_what_it_names(file: Path, text: str, changed: dict[str, Any]) -> None:
    """All else stays as it is."""
    file.write_text(text, encoding="utf-8")

    assert read_template(file) == replace(Template(), **changed)


def test_a_folder_in_a_file_is_meant_from_there(file: Path) -> None:
    """So that a file can stand beside the gateway, wherever the tests are run."""
    file.write_text('folder = "gateway"', encoding="utf-8")

    assert read_template(file).folder == str(file.parent / "gateway")


def test_options_win_over_the_file(file: Path) -> None:
    """Variables are added, all other options replace what there is."""
    file.write_text('ready = "port"\ndeadline = 5\n[environment]\nA = "1"\nB = "2"', encoding="utf-8")

    template = read_template(file, environment={"B": "3", "C": "4"}, ready="started", deadline=None)

    assert (template.ready, template.deadline) == ("started", 5)
    assert template.environment == {"A": "1", "B": "3", "C": "4"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("readiness = 1", "gateway.toml: there is no key 'readiness' here; possible are: environment, ready, deadline"),
        ("ready = 1", "gateway.toml, ready: 1 is not a text"),
        ("deadline = true", "gateway.toml, deadline: True is not a number"),
        ("deadline = -1", "gateway.toml, deadline: -1 is not a number"),
        ("port = 1.5", "gateway.toml, port: 1.5 is not a whole number"),
        ('faketime = "yes"', "gateway.toml, faketime: 'yes' is not true or false"),
        ('command = "run"', "gateway.toml, command: 'run' is not an array of texts"),
        ("[environment]\nA = 1", "gateway.toml, environment: {'A': 1} is not a table of texts"),
        (
            'ready = "soon"',
            "'soon' does not say when a gateway is ready; possible are request, port, log, url, started",
        ),
        ('ready = "log"', "ready = 'log' needs a pattern"),
        ('ready = "url:"', "ready = 'url:' needs a URL"),
        ('ready = "log:("', "'(' is no regular expression"),
        ('ready = "url:{url}"', "there is no placeholder {url}; possible are: cht_url"),
        ('[environment]\nA = "{token}"', "'{token}': there is no placeholder {token}"),
        ('[environment]\nA = "{cht_url.x}"', "there is no placeholder {cht_url.x}"),
        ('[environment]\nA = "{"', "'{' cannot be read"),
        ("ready = ", "gateway.toml is no TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(file: Path, text: str, sentence: str) -> None:
    """It says where, and what is possible."""
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        read_template(file)

    assert sentence in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The system's own words say why."""
    with pytest.raises(UsageError, match=r"nowhere\.toml cannot be read: No such file"):
        read_template(tmp_path / "nowhere.toml")


def test_braces_are_written_twice() -> None:
    """A JSON text can be a template too."""
    assert fill('{{"url": "{cht_url}"}}', {"cht_url": "http://cht.test"}) == '{"url": "http://cht.test"}'


def test_every_placeholder_of_ours_is_known() -> None:
    """The usual template names nothing that there is not."""
    assert Template(environment=OUR_GATEWAY).environment == OUR_GATEWAY


@pytest.mark.parametrize(
    ("text", "kind", "value", "live"),
    [
        ("cht:5.2", "cht", "5.2", False),
        ("standalone", "standalone", "", False),
        ("command:python -m cht_rapidpro_gateway", "command", "python -m cht_rapidpro_gateway", True),
        ("command:env A=b:c run", "command", "env A=b:c run", True),
        ("docker:registry.test:5000/gateway:1.2", "docker", "registry.test:5000/gateway:1.2", True),
        ("running", "running", "", True),
    ],
)
def test_gateways_are_named(text: str, kind: str, value: str, live: bool) -> None:
    """What is said after the first colon is the gateway's own affair."""
    gateway = parse_gateway(text)

    assert (gateway.kind, gateway.value, gateway.live, gateway.name) == (kind, value, live, text)


@pytest.mark.parametrize(
    "text", ["", "cht", "cht:", "pigeon", "pigeon:post", "standalone:1", "running:", "command", "command: ", "docker:"]
)
def test_what_names_no_gateway_is_refused(text: str) -> None:
    """The sentence says what is possible."""
    with pytest.raises(ValueError, match=r"names no gateway; possible are cht:RELEASE, .*standalone, command:PROGRAM"):
        parse_gateway(text)
