"""Brings one text to courier, as an aggregator does."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from rapidpro_simulator.world.errors import UsageError

PATIENCE = 10.0  # seconds


def bring(url: str, sender: str, text: str) -> str:
    """Bring a text to the channel at `url`, and return the URN that RapidPro knows the sender by.

    Raises `UsageError` with what courier says against it, or where nobody answers.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url!r} is no URL; `serve` prints it: http://127.0.0.1:8000/c/ex/…/receive")
    data = urlencode({"from": sender, "text": text}).encode()
    try:
        with urllib.request.urlopen(url, data, PATIENCE) as response:  # noqa: S310 - the scheme is checked
            return _urn(response.read(), sender)
    except HTTPError as error:
        with error:
            raise UsageError(f"RapidPro refuses the text: {_complaint(error.read()) or error}") from None
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise UsageError(f"nobody answers at {url} ({reason}); is `rapidpro-simulator serve` still running?") from None


def _urn(body: bytes, sender: str) -> str:
    data = _data(body)
    return str(data.get("urn") or f"tel:{sender}")


def _complaint(body: bytes) -> str:
    return str(_data(body).get("error") or "")


def _data(body: bytes) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(body)["data"][0]
    except (ValueError, KeyError, IndexError, TypeError):
        return {}
    return data
