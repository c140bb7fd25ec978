from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.flows.contactql import parse
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

ENVIRONMENTS = {
    "plain": Environment(),
    "Kenya": Environment(country="KE"),
    "redacted": Environment(country="KE", redact_urns=True),
}


@pytest.mark.parametrize(
    ("environment", "text", "canonical"),
    [
        ("plain", "bob", 'name ~ "bob"'),
        ("plain", "b", 'name = "b"'),
        ("plain", "é", 'name ~ "é"'),
        ("plain", '""', 'name = ""'),
        ("plain", "tel:+254712345678", 'urns.tel = "+254712345678"'),
        ("plain", "tel:1234", "urns.tel = 1234"),
        ("plain", "mailto:a@b.com", 'urns.mailto = "a@b.com"'),
        ("plain", "pigeon:a", 'name ~ "pigeon:a"'),
        ("plain", "12-34", "urns.tel ~ 1234"),
        ("plain", "+123", 'name ~ "+123"'),
        ("plain", "123", "name ~ 123"),
        ("plain", "0712345678", "urns.tel ~ 0712345678"),
        ("plain", "+254 712 345 678", 'urns.tel = "+254712345678"'),
        ("Kenya", " 0712 345-678 ", 'urns.tel = "+254712345678"'),
        ("Kenya", "age = 0712345678", "fields.age = 0712345678"),
        ("Kenya", "0712345678 bob", 'urns.tel ~ 0712345678 AND name ~ "bob"'),
        ("redacted", "0712345678", "name ~ 0712345678"),
        ("redacted", "A6YWQL", 'ref = "A6YWQL"'),
        ("redacted", "A6YWQL7", 'ref = "A6YWQL7"'),
        ("redacted", "A6YWQ1", 'name ~ "A6YWQ1"'),
        ("plain", "A6YWQL", 'name ~ "A6YWQL"'),
        ("redacted", 'tel != ""', 'urns.tel != ""'),
    ],
)
def test_a_bare_value_is_a_number_a_reference_or_a_name(environment: str, text: str, canonical: str) -> None:
    """What someone types into the search becomes the condition that they mean."""
    assert str(parse(ENVIRONMENTS[environment], text)) == canonical
