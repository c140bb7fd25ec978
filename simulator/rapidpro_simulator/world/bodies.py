"""Bodies of requests and answers, read."""

from __future__ import annotations

import json
from typing import Any


def json_or_none(body: bytes) -> Any:
    """Return a body read as JSON; None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None
