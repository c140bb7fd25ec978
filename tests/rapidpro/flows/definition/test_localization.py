from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.localization import read_localization

from .building import uuid


@pytest.mark.parametrize(
    ("values", "usable"),
    [
        (["Bonjour"], True),
        (["Oui", ""], True),
        ([], False),
        ([""], False),
        (None, False),
        ("Bonjour", False),
        ([1], False),
        ({"auto": True}, False),
    ],
)
def test_translations_that_count(values: Any, usable: bool) -> None:
    """A translation is a list of texts with something in it; anything else is as good as none."""
    localization = read_localization({"fra": {uuid(1): {"text": values}}})

    assert localization.get("fra", uuid(1), "text") == (values if usable else None)


@pytest.mark.parametrize("where", [("spa", 1, "text"), ("fra", 2, "text"), ("fra", 1, "attachments")])
def test_translations_that_are_not_there(where: tuple[str, int, str]) -> None:
    """Without the language, the item or the property there is no translation."""
    localization = read_localization({"fra": {uuid(1): {"text": ["Bonjour"]}}})

    assert localization.get(where[0], uuid(where[1]), where[2]) is None


def test_languages() -> None:
    """The languages stand in the order of the alphabet: to Go an object has none."""
    assert read_localization({"spa": {}, "fra": {}}).languages == ["fra", "spa"]
