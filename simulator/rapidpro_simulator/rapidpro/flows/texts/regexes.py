"""Regular expressions as flows have them: RE2, compiled once (flows 2.6).

No look-around, no back-references, and the classes of letters, digits and spaces know ASCII only. Patterns of our own
that need no Unicode categories use Python's `re`, which is quicker.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

import re2

Pattern: TypeAlias = Any  # re2 has no types of its own; a pattern offers what `re.Pattern` does

PatternError: type[Exception] = re2.error

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False  # a bad pattern is the caller's business, not standard error's


@lru_cache(maxsize=1_024)
def compile_pattern(pattern: str, flags: str = "mi") -> Pattern:
    """Return a compiled RE2 pattern; `flags` are its inline flags, e.g. `mi`. Raises `PatternError` if it is none."""
    return re2.compile(f"(?{flags}){pattern}" if flags else pattern, _OPTIONS)
