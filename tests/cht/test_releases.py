from __future__ import annotations

import pytest

from simulator.cht.releases import CHANGES, CredentialStore, HttpClient, Release, release


@pytest.mark.parametrize(
    ("name", "trait", "value"),
    [
        ("3.11", "credentials", CredentialStore.CONFIG),
        ("4.0", "credentials", CredentialStore.VAULT),
        ("4.13.7", "rejected_messages_fail", False),
        ("4.14", "rejected_messages_fail", True),
        ("4.16", "http_client", HttpClient.REQUEST),
        ("4.17", "http_client", HttpClient.FETCH),
        ("4.21", "headers_timeout", 300.0),
        ("4.22", "headers_timeout", None),
        ("5.1", "tolerates_missing_documents", False),
        ("latest", "tolerates_missing_documents", True),
    ],
)
def test_traits(name: str, trait: str, value: object) -> None:
    """A release has what it and those before it brought."""
    assert getattr(release(name), trait) == value


def test_table_names_traits() -> None:
    """Every change in the table is about a trait that there is."""
    known = set(Release.__dataclass_fields__)
    assert all(set(changes) <= known for changes in CHANGES.values())


@pytest.mark.parametrize("name", ["", "five", "2.18", "3.10", "6.0", "4.-1", "4.1.2.3"])
def test_unknown(name: str) -> None:
    """What is no release with a RapidPro gateway is refused."""
    with pytest.raises(ValueError, match="CHT"):
        release(name)


@pytest.mark.parametrize(
    ("name", "bound", "since", "until"),
    [
        ("4.13", "4.14", False, True),
        ("4.14", "4.14", True, True),
        ("4.14.2", "4.14", True, True),
        ("4.14.2", "4.14.1", True, False),
        ("5.2", "4.14", True, False),
    ],
)
def test_bounds(name: str, bound: str, since: bool, until: bool) -> None:
    """A bound includes the release it names, with all its patches."""
    assert (release(name).is_since(bound), release(name).is_until(bound)) == (since, until)
