"""Settings of CHT as a sentence gives them: a name that CHT does not know is an error, where CHT itself is silent."""

from __future__ import annotations

from typing import Any

from rapidpro_simulator.cht.project.known_settings import SECTIONS, SMS, TRANSITIONS

from .words import UnknownWordError, UnreadableError, hint, near


def check_settings(settings: Any) -> dict[str, Any]:
    """Return settings as they are.

    Raises `UnreadableError` if they are no JSON object, and `UnknownWordError` for a transition that CHT does not
    have (with one, it loads none: cht-sentinel 2.2) and for a section that looks like a misspelling of one of CHT's.
    """
    if not isinstance(settings, dict):
        raise UnreadableError("the settings are a JSON object: {…}")
    _refuse_misspellings("section", settings, SECTIONS)
    transitions, sms = settings.get("transitions"), settings.get("sms")
    for name in transitions if isinstance(transitions, dict) else ():
        if name not in TRANSITIONS:
            raise UnknownWordError(
                f"CHT has no transition {name!r} and would load none at all; {hint(name, TRANSITIONS)}"
            )
    _refuse_misspellings("setting in `sms`", sms if isinstance(sms, dict) else {}, SMS)
    return settings


def _refuse_misspellings(what: str, names: Any, known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known and (meant := near(name, known, cutoff=0.8)):
            raise UnknownWordError(f"CHT knows no {what} {name!r}; did you mean {' or '.join(map(repr, meant))}?")
