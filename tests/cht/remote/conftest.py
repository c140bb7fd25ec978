"""A CHT that runs elsewhere: another process of ours, with the timers of a test database, reached over TCP alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.serving import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIGURATION = """
[[rapidpro]]
host = "textit.com"

[[cht]]
host = "cht.elsewhere.example"
database = "medic-test"
"""
DATABASE = "medic-test"


class Elsewhere:
    """That process, and what its owner sees of it."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self.url = served.url("CHT cht.elsewhere.example")
        self.rapidpro = served.url("RapidPro textit.com")
        self.password = served.password("medic")
        self.gateway_password = served.password("gateway")

    def ask(self, method: str, path: str, body: object = None) -> object:
        from base64 import b64encode

        from tests.commands.serving import ask

        authorization = b64encode(f"medic:{self.password}".encode()).decode()
        answer = ask(method, self.url + path, body, f"Basic {authorization}")
        assert answer.status < 300, (path, answer)
        return answer.json()

    def belongings(self) -> dict[str, object]:
        """Return all that a scenario can change, without revisions."""
        found: dict[str, object] = {"settings": self.ask("GET", "/api/v1/settings")}
        for database in (DATABASE, "_users", f"{DATABASE}-vault"):
            answer = self.ask("GET", f"/{database}/_all_docs?include_docs=true")
            assert isinstance(answer, dict)
            documents = [{**row["doc"], "_rev": ""} for row in answer["rows"] if not row["id"].startswith("_design/")]
            found[database] = documents
        return found


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "serve.toml").write_text(CONFIGURATION, encoding="utf-8")
    served = Served(folder, "--config", "serve.toml", "--rapidpro-port", "0", "--cht-port", "0", "--couchdb-port", "0")
    yield Elsewhere(served)
    served.stop()
