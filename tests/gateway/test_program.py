"""The gateway as a program: in a process of its own, with a file, a port and signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cht_rapidpro_gateway import database
from cht_rapidpro_gateway.inbox import Inbox
from rapidpro_simulator.gateways.live import free_port
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
TOKEN = "the-incoming-token"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return _environment(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a gateway that runs for all who only ask it something."""
    environment = _environment(tmp_path_factory.mktemp("shared"))
    with _running(environment):
        yield environment


def _environment(folder: Path) -> dict[str, str]:
    # Nobody listens at port 9: CHT and RapidPro are away, which a gateway has to live with.
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "GATEWAY_CHT_URL": "http://127.0.0.1:9",
        "GATEWAY_CHT_USER": "gateway",
        "GATEWAY_CHT_PASSWORD": "a-long-password",
        "GATEWAY_RAPIDPRO_URL": "http://127.0.0.1:9",
        "GATEWAY_RAPIDPRO_TOKEN": "A0B1",
        "GATEWAY_DATABASE": str(folder / "gateway.sqlite"),
        "GATEWAY_INCOMING_HOST": "127.0.0.1",
        "GATEWAY_INCOMING_PORT": str(free_port()),
        "GATEWAY_INCOMING_TOKEN": TOKEN,
    }


def _start(environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cht_rapidpro_gateway", *arguments]
    return subprocess.Popen(command, env=dict(environment), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _run(environment: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    process = _start(environment, *arguments)
    _, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, errors


@contextmanager
def _running(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = _start(environment)
    try:
        _read_until(process, "listens")
        yield process
    finally:
        process.kill()
        process.communicate()


def _read_until(process: subprocess.Popen[str], words: str) -> dict[str, Any]:
    """Return the first line of the log that has these words."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            entry: dict[str, Any] = json.loads(line)
            return entry
    raise AssertionError(f"it ended without saying {words!r}")


def _ask(environment: Mapping[str, str], path: str, body: object = None, token: str = TOKEN) -> tuple[int, str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{environment['GATEWAY_INCOMING_PORT']}{path}",
        data=None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"Authorization": f"Token {token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"GATEWAY_CHT_URL": "ftp://x"}, "GATEWAY_CHT_URL is 'ftp://x', and must be a URL such as"),
        ({"GATEWAY_DATABASE": "/nowhere/gateway.sqlite"}, "the database /nowhere/gateway.sqlite cannot be opened"),
        ({"GATEWAY_INCOMING_HOST": "192.0.2.1"}, "cannot listen at 192.0.2.1"),
    ],
)
def test_what_somebody_must_put_right_is_a_sentence(
    change: dict[str, str], sentence: str, environment: dict[str, str]
) -> None:
    """Exit code 2, and no story of a defect."""
    code, errors = _run({**environment, **change})
    assert code == 2
    assert sentence in errors
    assert "Traceback" not in errors


def test_check_says_whether_it_could_start(environment: dict[str, str]) -> None:
    """It looks at the configuration and the database, and asks nobody."""
    assert _run(environment, "--check") == (0, "")
    assert _run({**environment, "GATEWAY_LOG_LEVEL": "loud"}, "--check")[0] == 2


def test_it_lives_without_the_others_and_ends_when_it_is_told_to(environment: dict[str, str]) -> None:
    """Nobody answers: it takes messages from phones, keeps them, and has nothing to be mended by anybody."""
    message = {"id": "1", "from": "+254712345678", "content": "Hi"}
    with _running(environment) as process:
        assert _ask(environment, "/healthz") == (200, '{"healthy": true, "problems": []}')
        assert _ask(environment, "/incoming", message) == (200, '{"id": "1", "saved": true}')
        assert _ask(environment, "/incoming", message) == (200, '{"id": "1", "saved": false}')
        assert "gateway_incoming_waiting 1.0" in _ask(environment, "/metrics")[1]
        process.send_signal(signal.SIGTERM)
        _read_until(process, "stopped")
        assert process.wait(PATIENCE) == 0
    with _running(environment):
        assert "gateway_incoming_waiting 1.0" in _ask(environment, "/metrics")[1]


def test_a_database_that_is_damaged_while_it_runs(environment: dict[str, str]) -> None:
    """One sentence and exit code 2: neither a story of a defect, nor one every few seconds."""
    file = Path(environment["GATEWAY_DATABASE"])
    with closing(database.connect(file)) as connection:
        inbox = Inbox(connection)
        for number in range(100):  # more than the program keeps in memory
            inbox.store(f"{number}", "+254712345678", "x" * 60_000)
    with _running(environment) as process:
        with file.open("r+b") as damaged:
            damaged.seek(4096)
            damaged.write(bytes(file.stat().st_size - 4096))
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "gateway.sqlite cannot be used: " in errors.splitlines()[-1]
    assert "Traceback" not in errors


def test_a_second_one_on_the_same_file_is_refused(environment: dict[str, str]) -> None:
    """It would send everything twice. When the first is gone, however it went, the file is free."""
    another = {**environment, "GATEWAY_INCOMING_PORT": str(free_port())}
    with _running(environment):
        code, errors = _run(another)
        assert (code, errors.count("\n")) == (2, 1)
        assert "cannot be used: another gateway uses it" in errors
    with _running(another):  # the first was killed
        pass


@pytest.mark.parametrize(
    ("path", "body", "token", "status"),
    [
        ("/incoming", {"id": "1", "from": "x", "content": "Hi"}, "wrong", 403),
        ("/incoming", {"id": "1", "from": "x", "content": "Hi"}, "tökén", 403),
        ("/incoming", b"{", TOKEN, 400),
        ("/incoming", b"[" * 60_000, TOKEN, 400),
        ("/incoming", ["id"], TOKEN, 400),
        ("/incoming", {"id": "1", "from": "x"}, TOKEN, 400),
        ("/incoming", {"id": True, "from": "x", "content": ""}, TOKEN, 400),
        ("/incoming", {"id": "1", "from": "x", "content": "x" * 70_000}, TOKEN, 413),
        ("/incoming", {"id": 7, "from": "x", "content": "half a character: \ud83d"}, TOKEN, 200),
        ("/incoming", None, TOKEN, 405),
        ("/nowhere", None, TOKEN, 404),
    ],
)
def test_what_it_answers_to_a_flow(path: str, body: object, token: str, status: int, shared: dict[str, str]) -> None:
    """A flow that is wrong gets to know it at once."""
    assert _ask(shared, path, body, token)[0] == status


def test_a_hang_up_begins_anew_with_what_the_file_says_now(environment: dict[str, str], tmp_path: Path) -> None:
    """A file that cannot be used is told, and changes nothing."""
    file = tmp_path / "gateway.toml"
    file.write_text("[log]\nlevel = 'info'\n")
    process = _start(environment, "--config", str(file))
    try:
        _read_until(process, "listens")
        file.write_text("[log]\nlevel = 'loud'\n")
        process.send_signal(signal.SIGHUP)
        assert "log.level is 'loud'" in _read_until(process, "going on with")["message"]
        file.write_text("")
        process.send_signal(signal.SIGHUP)
        _read_until(process, "stopped")
        _read_until(process, "listens")
    finally:
        process.kill()
        process.communicate()


def test_it_knows_nothing_of_the_simulator() -> None:
    """What runs in production has no switch for tests: no module of the simulator is loaded with it."""
    ours = "[name for name in sys.modules if name.partition('.')[0] in ('rapidpro_simulator', 'steps')]"
    code = f"import sys, cht_rapidpro_gateway.__main__; print({ours})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
