"""Prompts for language models, and what a model answers where nobody has said it: simulated, and always the same."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.flows.texts.strings import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

# RapidPro's prompts have these names and arguments; the words are our own.
PROMPTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "categorize": (
            "Say which one of these categories the message belongs to: {{ .arg1 }}. Give back the name of the category"
            " alone, spelt as in the list. Where none fits, give back <CANT>."
        ),
        "translate": "Translate the message from {{ .arg1 }} to {{ .arg2 }}. Give back the translation alone.",
        "translate_unknown_from": "Translate the message to {{ .arg1 }}. Give back the translation alone.",
    }
)
"""The prompts of the expression `prompt(name, …)`, with Go's placeholders for its arguments (flows 7)."""

NO_CATEGORY: Final = "<CANT>"
_CATEGORIES = re.compile(re.escape(PROMPTS["categorize"]).replace(re.escape("{{ .arg1 }}"), r"\[(.*)\]"), re.DOTALL)


def simulated_answer(model: str, instructions: str, text: str) -> str:
    """Return what the model of this name answers by itself.

    Of categories it takes the first that has a word in common with the text, and `<CANT>` where none has; to all else
    it says that it is simulated, and repeats the text.
    """
    categories = _CATEGORIES.search(instructions)
    if categories is None:
        return f"[simulated answer of {model}] {text}"
    said = {word.casefold() for word in tokens(text)}
    names = (name.strip() for name in categories[1].split(","))
    return next((name for name in names if said & {word.casefold() for word in tokens(name)}), NO_CATEGORY)
