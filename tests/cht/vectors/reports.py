"""What recorded reports were read with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rapidpro_simulator.cht.forms import Surroundings
from rapidpro_simulator.cht.messages.translations import Translations


def surroundings(vector: dict[str, Any]) -> Surroundings:
    """Return the settings, the translations and the instant of a vector."""
    given = vector["input"].get("translations") or {}
    translations = Translations({"code": code, "generic": texts} for code, texts in given.items())
    now = round(datetime.fromisoformat(vector["input"]["now"]).timestamp() * 1000)
    return Surroundings(vector["settings"], translations.translate, now)
