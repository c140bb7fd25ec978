"""What a client of the network gets back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multidict import MultiMapping


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What a server answered to one request; `content` are the bytes of the body, as they came."""

    status: int
    headers: MultiMapping[str]  # names in any case; `getall` where one comes several times
    text: str
    content: bytes = b""

    def json(self) -> Any:
        """Return the value in the body. Raises `ValueError` where it is not JSON."""
        return json.loads(self.text)
