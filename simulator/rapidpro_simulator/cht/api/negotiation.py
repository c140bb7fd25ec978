"""Content negotiation between text and JSON, as Express does it (cht 1.6)."""

from __future__ import annotations

from rapidpro_simulator.cht.javascript import compile_pattern

_QUALITY = compile_pattern(r"q\s*=\s*([\d.]+)")
_MEDIA = {"text": ("text", "plain"), "json": ("application", "json")}


def wants_json(accept: str | None) -> bool:
    """Say whether content negotiation between text and JSON picks JSON; a tie is text's (cht 1.6)."""
    if not accept:
        return False
    ranked = [(rank, name) for name, media in _MEDIA.items() if (rank := _rank(accept, *media)) is not None]
    return bool(ranked) and min(ranked, key=lambda each: each[0])[1] == "json"


def _rank(accept: str, kind: str, subtype: str) -> tuple[float, int, int] | None:
    """Return the place of a media type in `accept`: quality, how exactly it is named, position; best is least."""
    best: tuple[int, float, int] | None = None
    for position, part in enumerate(accept.split(",")):
        name, _, parameters = part.strip().partition(";")
        exactness = _exactness(name.strip().lower(), kind, subtype)
        if exactness is not None and (best is None or exactness > best[0]):
            best = (exactness, _quality(parameters), position)
    if best is None or best[1] <= 0:
        return None
    exactness, quality, position = best
    return -quality, -exactness, position


def _exactness(name: str, kind: str, subtype: str) -> int | None:
    return {f"{kind}/{subtype}": 2, f"{kind}/*": 1, "*/*": 0}.get(name)


def _quality(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    try:
        return float(found[1]) if found else 1.0
    except ValueError:
        return 1.0
