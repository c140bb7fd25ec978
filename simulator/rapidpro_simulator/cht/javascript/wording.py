"""Messages of errors: the engine's words, and those of Node, which CHT stores and shows."""

from __future__ import annotations

import re

# What the engine says, and what Node says instead.
WORDINGS = (
    (
        re.compile(r"cannot read property '(.*)' of (undefined|null)", re.DOTALL),
        r"Cannot read properties of \2 (reading '\1')",
    ),
    (
        re.compile(r"cannot set property '(.*)' of (undefined|null)", re.DOTALL),
        r"Cannot set properties of \2 (setting '\1')",
    ),
    (re.compile(r"Maximum call stack size exceeded|stack overflow"), "Maximum call stack size exceeded"),
)


def as_node_says(message: str) -> str:
    """Return `message` as Node words it where that is known, else as it is."""
    for pattern, replacement in WORDINGS:
        if pattern.fullmatch(message):
            return pattern.sub(replacement, message)
    return message
