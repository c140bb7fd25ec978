"""Icons and names: `resources.json`, `branding.json` and `partners.json`, each a document with its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .complaints import Complaints
    from .files import Files

KINDS = ("resources", "branding", "partners")


def read_resources(files: Files, complaints: Complaints) -> list[dict[str, Any]]:
    """Return the documents `resources`, `branding` and `partners` as far as the project has them."""
    return [_document(files, kind, complaints) for kind in KINDS if files.has(f"{kind}.json")]


def _document(files: Files, kind: str, complaints: Complaints) -> dict[str, Any]:
    content = files.object(f"{kind}.json") or {}
    pictures = content.get("resources", {}) if kind == "branding" else content
    attachments = {}
    for key, picture in pictures.items():
        path = f"{kind}/{picture}"
        if files.has(path):
            attachments[str(picture)] = files.attachment(path)
        else:
            complaints.error(f"{kind}.json", key, f"there is no {path}")
    document = {"_id": kind, **(content if kind == "branding" else {"resources": content})}
    return {**document, "_attachments": attachments} if attachments else document
