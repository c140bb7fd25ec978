"""`serve` with a workspace whose messages go to an aggregator of the user's own."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from rapidpro_simulator.served.configuration import read_plan
from rapidpro_simulator.world.errors import UsageError
from tests.commands.serving import ANY_PORTS, Served, wait_for
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Serve = Callable[..., Served]

CONFIGURATION = """
[[rapidpro]]
host = "textit.com"
[[rapidpro.workspaces]]
name = "Old"
channel = "external"
address = "+254700000000"
[rapidpro.workspaces.external]
send_url = "{url}?id={{{{id}}}}&to={{{{to_no_plus}}}}&from={{{{from}}}}&text={{{{text}}}}"
send_method = "GET"
send_headers = {{ X-Key = "gold" }}
mt_response_check = "OK"
"""


@contextmanager
def aggregator() -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """Serve an aggregator that takes everything; yield its URL and the queries that come."""
    queries: list[dict[str, list[str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            queries.append(parse_qs(urlsplit(self.path).query))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send", queries
    finally:
        server.shutdown()
        server.server_close()


def test_an_aggregator_of_ones_own_sends_and_reports(serve: Serve, tmp_path: Path) -> None:
    """A message goes to the aggregator over real HTTP, and its report comes back to the printed address."""
    with aggregator() as (url, queries):
        (tmp_path / "own.toml").write_text(CONFIGURATION.format(url=url), encoding="utf-8")
        served = serve("--config", "own.toml", *ANY_PORTS)
        served.ask_rapidpro(
            "POST", "/api/v2/broadcasts.json", {"urns": ["tel:+254712345678"], "text": "Habari & karibu"}
        )
        [query] = wait_for(lambda: queries, "the message")

        assert query == {
            "id": ["1"],
            "to": ["254712345678"],
            "from": ["+254700000000"],
            "text": ["Habari & karibu"],
        }
        wait_for(lambda: status(served) == "wired", "the answer")
        printed = re.search(r"texts to Old: (\S+)/receive", served.output)
        assert printed
        with urlopen(f"{printed[1]}/delivered?id=1", timeout=PATIENCE) as response:
            assert b"Status Update Accepted" in response.read()
        wait_for(lambda: status(served) == "delivered", "the report")


def status(served: Served) -> str:
    found: str = served.ask_rapidpro("GET", "/api/v2/messages.json?broadcast=1").json()["results"][0]["status"]
    return found


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('[rapidpro.workspaces.external]\nsend_url = "gsm"', "'gsm' is no URL"),
        ('[rapidpro.workspaces.external]\nsend_methods = "GET"', "there is no key 'send_methods' here"),
        ('[rapidpro.workspaces.external]\nsend_method = "PATCH"', "sends by POST, GET, PUT, not by 'PATCH'"),
        ('channel = "android"\n[rapidpro.workspaces.external]\nmax_length = 1', 'write channel = "external"'),
    ],
)
def test_mistakes(tmp_path: Path, lines: str, complaint: str) -> None:
    """A setting that cannot be is refused in a sentence that helps."""
    path = tmp_path / "wrong.toml"
    path.write_text(
        f'[[rapidpro]]\nhost = "textit.com"\n[[rapidpro.workspaces]]\nname = "A"\n{lines}\n', encoding="utf-8"
    )

    with pytest.raises(UsageError, match=re.escape(complaint)):
        read_plan(path)
