"""`rapidpro-simulator serve` as its user has it: a process of its own, known by what it prints and by its ports."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from tests.support.patience import PATIENCE

COMMAND = Path(sys.executable).with_name("rapidpro-simulator")
ANY_PORTS = ("--rapidpro-port", "0", "--cht-port", "0", "--couchdb-port", "0")


@dataclass
class Reply:
    """What a server answered: its status, its headers, and its body as text."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


class Served:
    """A running `rapidpro-simulator serve` in `folder`."""

    def __init__(self, folder: Path, *options: str) -> None:
        if "--console-port" not in options:
            options = (*options, "--console-port", "0")
        self._output = folder / "output.txt"
        self._errors = folder / "errors.txt"
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [COMMAND, "serve", *options], cwd=folder, stdout=output, stderr=errors, stdin=subprocess.DEVNULL
            )
        wait_for(lambda: "ready;" in self.output or self._process.poll() is not None, "the line that it is ready")
        if self._process.poll() is not None:
            raise RuntimeError(f"rapidpro-simulator serve has ended: {self.errors}")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8")

    @property
    def errors(self) -> str:
        return self._errors.read_text(encoding="utf-8")

    def url(self, name: str) -> str:
        """Return the address printed after `name`, such as `RapidPro textit.com` or `CouchDB`."""
        return self._printed(rf"{re.escape(name)}\b.*?(http://[^\s/]+)")

    def token(self, workspace: str) -> str:
        return self._printed(rf"^  {re.escape(workspace)} .* (\S+)$")

    def password(self, user: str) -> str:
        return self._printed(rf"^  {re.escape(user)} +(\S+)$")

    @property
    def incoming_key(self) -> str:
        return self._printed(r"incoming key +(\S+)")

    @property
    def journal(self) -> Path:
        return Path(self._printed(r"^journal +(.+)$"))

    def ask_rapidpro(self, method: str, path: str, body: object = None, workspace: str = "Old") -> Reply:
        url = path if path.startswith("http") else self.url("RapidPro textit.com") + path
        return ask(method, url, body, f"Token {self.token(workspace)}")

    def ask_cht(self, method: str, path: str, body: object = None, user: str = "medic") -> Reply:
        credentials = b64encode(f"{user}:{self.password(user)}".encode()).decode()
        return ask(method, self.url("CHT cht.example.org") + path, body, f"Basic {credentials}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ask the process to end, and return its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def _printed(self, pattern: str) -> str:
        match = re.search(pattern, self.output, re.MULTILINE)
        assert match, f"nothing like {pattern} in:\n{self.output}"
        return match[1]


def run_command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end in `folder`."""
    return subprocess.run(
        [COMMAND, *arguments], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def ask(method: str, url: str, body: object = None, authorization: str | None = None) -> Reply:
    """Make one HTTP request and return the answer, whatever its status."""
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if authorization is not None:
        headers["Authorization"] = authorization
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return Reply(response.status, dict(response.headers), response.read().decode())
    except HTTPError as error:
        with error:
            return Reply(error.code, dict(error.headers), error.read().decode())


def wait_for(condition: Any, what: str) -> Any:
    """Return the first true value of `condition`, asked again and again. Fails where it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come within {PATIENCE:g} s")
