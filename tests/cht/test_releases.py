"""Which CHT releases there are, and that each has what those before it brought."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.cht.releases import RELEASES, CredentialStore, HttpClient, release


@pytest.mark.parametrize(
    ("written", "name"),
    [("3.11", "3.11.0"), ("4.14.0", "4.14.0"), ("v5.2", "5.2.0"), ("5", "5.0.0"), ("5.1.1", "5.1.1"), ("5.9", "5.9.0")],
)
def test_names(written: str, name: str) -> None:
    """A release may be written shortly, and between two known ones it is the earlier of them in all but its name."""
    assert release(written).name == name


def test_latest() -> None:
    """The latest is the last that is known."""
    assert release("latest") == release("5.2.0")


@pytest.mark.parametrize("written", ["", "5.2.0.1", "five", "5.x", "-1", "3.10", "3.10.9", "6.0", "2.18"])
def test_unknown(written: str) -> None:
    """What is no version, and what has no RapidPro gateway, is refused."""
    with pytest.raises(ValueError, match=r"no CHT release is called .*; there are: 3\.11 to 5\.2"):
        release(written)


@pytest.mark.parametrize(
    ("field", "since", "value"),
    [
        ("credentials", "4.0", CredentialStore.VAULT),
        ("credential_keys_encoded", "4.4", True),
        ("limits_logins", "4.6", True),
        ("rejected_messages_fail", "4.14", True),
        ("unknown_status_is_queued", "4.14", True),
        ("http_client", "4.17", HttpClient.FETCH),
        ("headers_timeout", "4.17", 300.0),
        ("express", "4.22", 5),
        ("tolerates_missing_documents", "5.2", True),
        ("message_uuid", "5.2", 7),
    ],
)
def test_since(field: str, since: str, value: Any) -> None:
    """A change begins with its release, and not with the one before."""
    versions = [each.name for each in RELEASES.values()]
    before = versions[versions.index(release(since).name) - 1]
    assert getattr(release(since), field) == value
    assert getattr(release(before), field) != value
