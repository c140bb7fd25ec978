"""All that a workspace holds, written down: two dumps are equal where nothing has changed between them."""

from __future__ import annotations

import io
import pickle
import sys
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace

FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType)
WRITTEN = ("rapidpro_simulator.rapidpro.model", "rapidpro_simulator.rapidpro.flows", "datetime", "decimal", "enum")
MANY_FRAMES = 20_000  # rows hang together in long chains


class _Writer(pickle.Pickler):
    """Writes rows, and of all else (clocks, streams, functions) nothing but the kind."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, FUNCTIONS):
            return str, (value.__qualname__,)
        if isinstance(value, type) or type(value).__module__.startswith(WRITTEN):
            return NotImplemented
        return str, (type(value).__qualname__,)


def dump(workspace: Workspace) -> bytes:
    """Return what the database of a workspace holds, and what its campaigns wait for."""
    written = io.BytesIO()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(MANY_FRAMES)
    try:
        _Writer(written).dump([vars(workspace.database), len(workspace.mailroom.campaigns._waiting)])
    finally:
        sys.setrecursionlimit(limit)
    return written.getvalue()
