from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.couch.vault import VaultError, decrypt, encrypt

SECRET = "0123456789abcdef-secret"
STORED = "c7c2f31a5722ad3c9178044f06684e55:cdfa4b91a0a62aa9e3a488809b539590"


def test_known_value() -> None:
    """What a real CHT stored is read (the vector of cht 3.2)."""
    assert decrypt(STORED, SECRET) == "tok123"


def test_known_ciphertext() -> None:
    """What is stored is what a real CHT would have stored."""
    assert encrypt("tok123", SECRET, bytes.fromhex(STORED.split(":", maxsplit=1)[0])) == STORED


@settings(derandomize=True, deadline=None)
@given(value=st.text(), secret=st.text(min_size=1), vector=st.binary(min_size=16, max_size=16))
def test_round_trip(value: str, secret: str, vector: bytes) -> None:
    """Every text comes back, under every secret."""
    assert decrypt(encrypt(value, secret, vector), secret) == value


@pytest.mark.parametrize(
    ("stored", "secret"),
    [
        (STORED, "another secret"),
        (STORED, ""),
        ("tok123", SECRET),
        ("", SECRET),
        (STORED[:-2], SECRET),
        (STORED.replace("c7", "xx"), SECRET),
    ],
    ids=["rotated secret", "no secret", "plain text", "empty", "broken off", "no hexadecimal"],
)
def test_unreadable(stored: str, secret: str) -> None:
    """A value that cannot be decrypted says what to do."""
    with pytest.raises(VaultError, match="Try setting the credential again"):
        decrypt(stored, secret)
