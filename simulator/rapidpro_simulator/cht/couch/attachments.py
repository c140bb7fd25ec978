"""Attachments of documents: in a document stands a stub of each, their contents are kept by their digests."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import TYPE_CHECKING, Any

from .errors import BadRequest, CouchError, not_simulated

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = dict[str, Any]

MEMBER = "_attachments"
DEFAULT_TYPE = "application/octet-stream"


class Contents:
    """What attachments hold, each content once."""

    def __init__(self) -> None:
        self._by_digest: dict[str, bytes] = {}

    def __getitem__(self, digest: str) -> bytes:
        return self._by_digest[digest]

    def settle(self, identifier: str, given: Any, former: Mapping[str, JSON], generation: int) -> JSON:
        """Keep the contents in `given`, the attachments of an edit, and return their stubs.

        `former` are the stubs of the edited revision; what is new gets `generation`. Raises `CouchError`:
        `missing_stub` for a stub of what is not there, `bad_request` for what is no attachment.
        """
        if not isinstance(given, dict):
            raise BadRequest("Attachments property must be a JSON object.")
        return {name: self._settle(identifier, name, each, former, generation) for name, each in given.items()}

    def _settle(self, identifier: str, name: str, given: Any, former: Mapping[str, JSON], generation: int) -> JSON:
        if not isinstance(given, dict):
            raise BadRequest("Attachment data must be a JSON object.")
        if given.get("follows"):
            raise not_simulated("an attachment in a multipart body", "send it in base64, or by itself")
        if given.get("stub"):
            return self._stub(identifier, name, given, former)
        content = _decode(given.get("data"))
        digest = "md5-" + base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        self._by_digest[digest] = content
        return {
            "content_type": str(given.get("content_type") or DEFAULT_TYPE),
            "revpos": given.get("revpos", generation),
            "digest": digest,
            "length": len(content),
            "stub": True,
        }

    def _stub(self, identifier: str, name: str, given: JSON, former: Mapping[str, JSON]) -> JSON:
        if name in former:
            return former[name]
        if given.get("digest") in self._by_digest:  # another revision has it
            return given
        raise CouchError("missing_stub", f"Invalid attachment stub in {identifier} for {name}")

    def with_data(self, stubs: Mapping[str, JSON]) -> JSON:
        """Return attachments with their contents instead of stubs."""
        return {name: self._filled(stub) for name, stub in stubs.items()}

    def _filled(self, stub: JSON) -> JSON:
        known = {name: value for name, value in stub.items() if name not in ("stub", "length")}
        return {**known, "data": base64.b64encode(self[stub["digest"]]).decode()}


def stubs_in(body: str | None) -> dict[str, JSON]:
    """Return the stubs in the JSON text of a revision."""
    if body is None or MEMBER not in body:
        return {}
    stubs: dict[str, JSON] = json.loads(body).get(MEMBER) or {}
    return stubs


def with_stubs(body: str, stubs: JSON) -> str:
    """Return the JSON text of a revision with the stubs of its attachments."""
    return json.dumps({**json.loads(body), MEMBER: stubs}, separators=(",", ":")) if stubs else body


def _decode(data: Any) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (TypeError, binascii.Error):
        raise BadRequest("Attachment data must be a base64 string.") from None
