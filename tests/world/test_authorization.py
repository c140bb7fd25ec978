"""The `Authorization` header: Basic credentials, and what of any header is secret."""

from __future__ import annotations

import base64

import pytest

from rapidpro_simulator.world.authorization import basic_auth, basic_credentials, decode_basic, secrets_of

LATIN = base64.b64encode("amélie:café".encode("latin-1")).decode()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (basic_auth("gw", "a:b"), ("gw", "a:b")),
        ("basic   " + base64.b64encode(b"gw").decode(), ("gw", "")),
        ("Token abc", None),
        ("", None),
    ],
)
def test_basic(header: str, expected: tuple[str, str] | None) -> None:
    """A Basic header has a name and a password, which may hold colons; other schemes have none."""
    assert basic_credentials(header) == expected


@pytest.mark.parametrize("payload", ["!!!", "a", LATIN, "Z\udce4Z"])
def test_unreadable(payload: str) -> None:
    """What is not Base64 of UTF-8 is an error, bytes outside ASCII included."""
    with pytest.raises(ValueError, match=r"."):
        basic_credentials(f"Basic {payload}")


def test_lenient() -> None:
    """A lenient reader takes Latin-1, and skips what is no Base64."""
    assert decode_basic(f"!{LATIN}", lenient=True) == ("amélie", "café")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Token abc", ["abc"]),
        (basic_auth("gw", "pass"), [basic_auth("gw", "pass")[6:], "pass"]),
        ("Basic a", ["a"]),
        ("Token", []),
        ("", []),
    ],
)
def test_secrets(header: str, expected: list[str]) -> None:
    """A token is secret, and so are the payload and the password of Basic."""
    assert secrets_of(header) == expected
