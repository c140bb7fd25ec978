"""URNs as the flow engine reads, normalises, checks and shows them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.texts import urns
from rapidpro_simulator.rapidpro.flows.texts.urns import UrnError
from rapidpro_simulator.rapidpro.urns import Urn


@pytest.mark.parametrize(
    ("text", "urn"),
    [
        ("tel:+250788383383", Urn("tel", "+250788383383")),
        ("twitterid:123?a=b#handle", Urn("twitterid", "123", "a=b", "handle")),
        ("xyz:a%23b%3Fc%25d:e", Urn("xyz", "a#b?c%d:e")),
    ],
)
def test_reads(text: str, urn: Urn) -> None:
    """A URN has a scheme, known or not, a path, and perhaps a query and a display."""
    assert urns.parse(text) == urn
    assert str(urn) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "scheme cannot be empty"), (":x", "scheme cannot be empty"), ("tel", "path cannot be empty")],
)
def test_says_what_is_missing(text: str, message: str) -> None:
    """Without a scheme or a path there is no URN."""
    with pytest.raises(UrnError, match=message):
        urns.parse(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("tel: +250 788 383383", "tel:+250788383383"),
        ("tel:0788 38-33", "tel:07883833"),
        ("telegram: 123 # Bob ", "telegram:123#Bob"),
        ("whatsapp:rw.Ab1", "whatsapp:RW.Ab1"),
        ("whatsapp:250788383383", "whatsapp:250788383383"),
        ("nonsense", "nonsense"),
    ],
)
def test_normalizes(text: str, normal: str) -> None:
    """A URN is brought to one form; what is none is left."""
    assert urns.normalize(text) == normal


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("tel:+250788383383", True),
        ("tel:+123", False),
        ("tel:0788 383", False),
        ("facebook:ref:abc", True),
        ("facebook:abc", False),
        ("mailto:a@b", True),
        ("mailto:a b@c", False),
        ("line:with-dash", False),
        ("ext:" + "x" * 200, True),
        ("ext:" + "x" * 201, False),
        ("xyz:abc", False),
        ("tel:", False),
    ],
)
def test_checks(text: str, is_valid: bool) -> None:
    """A path has to suit its scheme, and may have 200 bytes."""
    assert urns.is_valid(text) is is_valid


@given(st.sampled_from(["tel", "twitter", "mailto", "whatsapp", "ext"]), st.text(min_size=1, max_size=30))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_a_normal_form_is_its_own(scheme: str, path: str) -> None:
    """Normalising twice changes nothing more, whatever was typed."""
    normal = urns.normalize(str(Urn(scheme, path)))
    if urns.is_valid(normal):
        assert urns.normalize(normal) == normal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tel:+14155550123", "(415) 555-0123"),
        ("telegram:12345#bobby", "bobby"),
        ("telegram:12345", "12345"),
    ],
)
def test_shows(text: str, shown: str) -> None:
    """People see a display, a national number or the path."""
    assert urns.format_urn(text) == shown


def test_hides() -> None:
    """Anonymous workspaces show the scheme only."""
    assert urns.redacted("tel:+250788383383#Bob") == "tel:********"


def test_an_identity_has_neither_query_nor_display() -> None:
    """Two URNs of one identity are one address."""
    assert urns.identity("telegram:1?a=b#Bob") == "telegram:1"
