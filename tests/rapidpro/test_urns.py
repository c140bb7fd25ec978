from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro import urns

COUNTRIES = ("RW", "KE", "US", None)
SAME_RW = ("+250788123123",) * 4
INVALID = (None,) * 4


def stored(text: str, country: str | None) -> str | None:
    urn = urns.normalize(f"tel:{text}", country)
    return urn.removeprefix("tel:") if urns.is_valid(urn, country) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0788123123", ("+250788123123", "+254788123123", "+10788123123", None)),
        ("788123123", ("+250788123123", "+254788123123", None, None)),
        ("07881231", ("+25007881231", "+2547881231", None, None)),
        ("250788123123", SAME_RW),
        ("+250 788 123-123", SAME_RW),
        ("2065551212", (None, "+2542065551212", "+12065551212", None)),
        ("(206) 555-1212", (None, "+2542065551212", "+12065551212", None)),
        ("555-1212", (None, "+2545551212", None, None)),
        ("00254711223344", ("+254711223344", None, None, None)),
        ("1800FLOWERS", ("+18003569377",) * 4),
        ("tel:+254711223344", (None, "tel254711223344", None, None)),
        *(
            (text, INVALID)
            for text in (
                "12345",
                "20880",
                "911",
                "0000",
                "MTN",
                "INFO24",
                "+1",
                "+250788",
                "+999999999999",
                "+2507881231234567",
                "2.50788E+11",
            )
        ),
    ],
)
def test_phone_numbers(text: str, expected: tuple[str | None, ...]) -> None:
    """Phone numbers become what RapidPro stores in each country, or are refused (rapidpro 5.2)."""
    assert tuple(stored(text, country) for country in COUNTRIES) == expected


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("mailto:Ann@Example.ORG", "mailto:ann@example.org"),
        ("twitter:@BobBy", "twitter:bobby"),
        ("twitterid:12345#@BobBy", "twitterid:12345#bobby"),
        ("whatsapp:250788123123", "whatsapp:250788123123"),
        ("telegram: 12345 ", "telegram:12345"),
        ("facebook:ref:abc", "facebook:ref:abc"),
        ("viber:aB3+/=_", "viber:aB3+/=_"),
        ("ext:a%23b%3Fc%25", "ext:a%23b%3Fc%25"),
        ("ext:A b", "ext:A b"),
        ("tel:0788123123?channel=1#Ann", "tel:+250788123123?channel=1#Ann"),
    ],
)
def test_schemes(text: str, normalized: str) -> None:
    """Each scheme has its own normal form, which is valid."""
    assert urns.normalize(text, "RW") == normalized
    assert urns.is_valid(normalized, "RW")


@pytest.mark.parametrize(
    "text",
    [
        "mailto:ann",
        "whatsapp:+250788123123",
        "telegram:bob",
        "instagram:x1",
        "facebook:bob",
        "discord:bob",
        "twitter:sixteen_letters_",
        "twitterid:bob",
        "twitterid:12#not a handle",
        "viber:" + "a" * 25,
        "freshchat:1/2",
        "fish:1",
        "tel:",
        "+250788123123",
        "ext:" + "x" * 252,
    ],
)
def test_invalid(text: str) -> None:
    """What a scheme does not allow is no valid URN (rapidpro 5.1)."""
    assert not urns.is_valid(text, "RW")


@pytest.mark.parametrize("text", ["12345", "fish:1", "tel:", ""])
def test_no_urn(text: str) -> None:
    """Without a known scheme and a path there is nothing to normalise."""
    with pytest.raises(ValueError, match="is no URN"):
        urns.normalize(text)


@pytest.mark.parametrize(
    ("scheme", "community", "textit"), [("tel", True, True), ("discord", True, False), ("bsuid", False, True)]
)
def test_generations(scheme: str, community: bool, textit: bool) -> None:
    """A scheme comes and goes with the generation."""
    assert (scheme in urns.COMMUNITY_SCHEMES, scheme in urns.TEXTIT_SCHEMES) == (community, textit)


def test_identity() -> None:
    """Query and display do not belong to the identity of a URN."""
    assert urns.parse("tel:+250788123123?id=1#Ann").identity == urns.identity("tel:+250788123123?id=1#Ann")


@settings(derandomize=True, deadline=None)
@given(text=st.text("0123456789+ -().abE", max_size=18), country=st.sampled_from(COUNTRIES))
def test_normal_is_stable(text: str, country: str | None) -> None:
    """What has been normalised to an international number stays as it is in every country."""
    number = urns.normalize_number(text, country)
    if number.startswith("+"):
        assert {urns.normalize_number(number, other) for other in COUNTRIES} == {number}
