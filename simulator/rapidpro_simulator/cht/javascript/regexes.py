r"""Regular expressions that stand for JavaScript's, run by Python's engine.

The two differ without a word: Python's `\d`, `\w` and `\b` know all scripts and JavaScript's only ASCII, `\s` is
another set in each, `$` lets a newline follow in Python alone, and `.` stops at more characters in JavaScript. Patterns
of a user's are JavaScript itself: the engine runs them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from .engine import Sandbox
from .values import EPOCH, WHITE_SPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SPACES = re.escape(WHITE_SPACE)
_LINE_ENDS = r"\n\r\u2028\u2029"
_PART = re.compile(r"\\.|.", re.DOTALL)
_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL}


@lru_cache(maxsize=512)
def compile_pattern(source: str, flags: str = "") -> re.Pattern[str]:
    r"""Return a pattern of ours that matches what `new RegExp(source, flags)` does; `flags` are `i` and `s`.

    Groups are named as in Python. A class may not have `\S` in it.
    """
    combined = re.ASCII
    for flag in flags:
        combined |= _FLAGS[flag]
    return re.compile("".join(_translated(source, all_characters="s" in flags)), combined)


def is_match(pattern: str, text: str, flags: str = "") -> bool:
    """Say whether a pattern of a user's is found in a text. Raises `JavaScriptError` where it is none."""
    return bool(_function("(pattern, flags, text) => new RegExp(pattern, flags).test(text)")(pattern, flags, text))


def replace_first(text: str, pattern: str, replacement: str) -> str:
    """Return a text with the first match of a user's pattern replaced; `$1` and its like mean what they mean there.

    Raises `JavaScriptError` where the pattern is none.
    """
    replace = _function("(text, pattern, replacement) => text.replace(new RegExp(pattern), replacement)")
    return str(replace(text, pattern, replacement))


@cache
def _function(source: str) -> Callable[..., Any]:
    # What a pattern matches does not depend on the time: one engine will do for all.
    return Sandbox(lambda: EPOCH).function(source)


def _translated(source: str, *, all_characters: bool) -> Iterator[str]:
    in_class = False
    for part in _PART.findall(source):
        if part == r"\s":
            yield _SPACES if in_class else f"[{_SPACES}]"
        elif in_class:
            assert part != r"\S", "write the class the other way round"
            in_class = part != "]"
            yield part
        elif part == "[":
            in_class = True
            yield part
        else:
            yield (_OUTSIDE_CLASSES if not all_characters or part != "." else {}).get(part, part)


_OUTSIDE_CLASSES = {r"\S": f"[^{_SPACES}]", ".": f"[^{_LINE_ENDS}]", "$": r"\Z"}
