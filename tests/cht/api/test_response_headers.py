from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Instance

LARGE = {"text": "x" * 2000}


@pytest.mark.parametrize(
    ("asked", "encoding"),
    [
        ("gzip, deflate", "gzip"),
        ("br;q=1, gzip;q=0.5", "gzip"),
        ("*", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("GZIP", "gzip"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/settings", "/medic/settings"])
def test_compressed(cht: Instance, path: str, asked: str, encoding: str | None) -> None:
    """A large body is compressed for who asks for that, CHT's own and CouchDB's alike (cht 0.2)."""
    cht.configure(**LARGE)
    answer = cht.ask("GET", path, user="boss", headers={"Accept-Encoding": asked})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert LARGE["text"] in answer.text


def test_small(cht: Instance) -> None:
    """What is below 1 KiB is sent as it is."""
    assert "Content-Encoding" not in cht.ask("GET", "/api/info", headers={"Accept-Encoding": "gzip"}).headers


def test_date(cht: Instance) -> None:
    """The date of an answer is the simulation's."""
    now = cht.api.context.clock.now()
    assert cht.ask("GET", "/api/info").headers["Date"].startswith(f"{now:%a, %d %b %Y %H:%M}")
