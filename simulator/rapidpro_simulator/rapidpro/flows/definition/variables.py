"""The variables that templates of a flow may begin with (flows 6.1); `runs.context` says what is in them."""

from __future__ import annotations

from typing import Final

TOP_LEVELS: Final = frozenset({
    "child", "contact", "fields", "globals", "input", "legacy_extra", "locals", "node", "parent", "results", "resume",
    "run", "ticket", "trigger", "urns", "webhook",
})  # fmt: skip
