"""Finds sentences by some of their words, also where these are misspelt."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from .catalogue import entries

if TYPE_CHECKING:
    from .catalogue import Entry

# How much a word counts: in what the sentence says itself, and in what is said about it.
IN_SENTENCE, IN_TEXT = 3.0, 1.0
ALIKE = 0.75


def find(question: str, most: int = 10) -> list[Entry]:
    """Return the steps that have the words of `question`, the best first, and at most so many."""
    wanted = _words(question)
    scored = [(_score(wanted, entry), entry) for entry in entries()]
    best = max((score for score, _ in scored), default=0.0)
    good = [(score, entry) for score, entry in scored if score > 0 and score >= best / 2]
    return [entry for _, entry in sorted(good, key=lambda each: -each[0])[:most]]


def _score(wanted: list[str], entry: Entry) -> float:
    sentence = _words(" ".join([entry.example, *entry.grammars]))
    text = _words(" ".join([entry.text, *entry.values.values()]))
    found = sum(max(IN_SENTENCE * _best(word, sentence), IN_TEXT * _best(word, text)) for word in wanted)
    # Of two sentences with the same words the shorter one is about them.
    return found - len(sentence) / 1000 if found else 0.0


def _best(word: str, words: list[str]) -> float:
    return max((_alike(word, each) for each in words), default=0.0)


def _alike(word: str, other: str) -> float:
    if word == other:
        return 1.0
    ratio = SequenceMatcher(None, word, other).ratio()
    return ratio if ratio >= ALIKE else 0.0


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\w+", text.lower())))
