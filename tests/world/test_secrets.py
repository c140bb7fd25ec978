"""What is a secret where it enters, and that it is hidden wherever it turns up."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.entries import BODY_LIMIT
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.secrets import is_secret_name, is_telling, secrets_in

if TYPE_CHECKING:
    from collections.abc import Callable

BASIC = base64.b64encode(b"ann:s3cret-word").decode()
SPELLINGS: list[Callable[[str], str]] = [
    str,
    json.dumps,
    lambda secret: json.dumps(secret, ensure_ascii=False),
    lambda secret: json.dumps(json.dumps({"x": secret})),
    quote_plus,
]


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ('{"name":"CHT API Key","value":"GLOBAL-1"}', "application/json", ["GLOBAL-1"]),
        ('{"results":[{"key":"cht_api_key","name":"x","value":"GLOBAL-1"}]}', "application/json", ["GLOBAL-1"]),
        ('{"name":"District","value":"GLOBAL-1","is":"no token"}', "application/json", []),
        ('{"auth":{"accessToken":"tok-12345"}}', "application/json", ["tok-12345"]),
        ('{"name":"ann","password":"s3cret-word"}', "application/json", ["s3cret-word", BASIC]),
        ('{"headers":{"Authorization":"Token tok-12345"}}', "application/json", ["tok-12345"]),
        (f'{{"headers":{{"authorization":"Basic {BASIC}"}}}}', "application/json", [BASIC, "s3cret-word"]),
        ('{"headers":{"Authorization":"Token @globals.cht_api_key"}}', "application/json", []),
        ('{"headers":{"X-API-Key":"tok-12345"}}', "application/json", ["tok-12345"]),
        (
            "username,password\nann,s3cret-word\n",
            "text/csv",
            ["s3cret-word", base64.b64encode(b"ann:s3cret-word").decode()],
        ),
        ("password\nshort\n", "text/csv; charset=utf-8", []),
        ("user=ann&password=s3cret-word", "application/x-www-form-urlencoded", ["s3cret-word", BASIC]),
        ("token=tok-12345", "", ["tok-12345"]),
        ('{"password":"correct"}', "application/json", []),
        ('{"password":12345678}', "application/json", []),
        ('{"token_key":"rapidpro:incoming"}', "application/json", []),
        ('["token", "secret"', "application/json", []),
        ("[" * 100_000 + '"password"', "application/json", []),
    ],
)
def test_found(body: str, content_type: str, expected: list[str]) -> None:
    """A secret is known by the name that it bears; a template, a number and an ordinary word are none."""
    assert list(secrets_in(body.encode(), content_type)) == expected


@pytest.mark.parametrize("name", ["password", "new_password", "cht_api_key", "CHT API Key", "authToken", "Secret 2"])
def test_names(name: str) -> None:
    """Passwords, tokens, secrets and keys of an API are called so."""
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["key", "keyword", "tokens_left", "password_key", "passwords allowed", "name"])
def test_other_names(name: str) -> None:
    """What only resembles such a name is no secret."""
    assert not is_secret_name(name)


@pytest.mark.parametrize("value", ["gateway", "short", "", "@globals.api_key", "x" * 15, "Übermittlung"])
def test_ordinary_words(value: str) -> None:
    """A word that could stand anywhere is not hidden everywhere."""
    assert not is_telling(value)


@pytest.mark.parametrize("spell", SPELLINGS)
@given(secret=st.text(min_size=6))
def test_spellings(spell: Callable[[str], str], secret: str) -> None:
    """A secret is hidden as JSON, as JSON within JSON and in a URL writes it, whatever its characters are."""
    try:
        written = spell(secret)
    except UnicodeEncodeError:  # half a surrogate pair cannot stand in a URL
        return
    journal = Journal(FrozenClock())
    journal.hide(secret)
    assert secret not in journal.redact(f"<{written}>").replace("[hidden]", "")
    assert "[hidden]" in journal.redact(f"<{written}>")


def test_cut(journal: Journal) -> None:
    """A secret that stands where a long body is cut is not shown by half."""
    journal.hide("sesame-1234567890")
    body = b"x" * (BODY_LIMIT - 8) + b"sesame-1234567890" + b"y" * 5000
    exchange = journal.begin(body, by="a", to="b", method="POST", path="/", query="")
    assert "sesame" not in journal.line(exchange)
