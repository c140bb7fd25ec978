"""References from a definition to what the workspace holds: by identity, or by a template that names it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

# What identifies an asset of each type; everything else goes by its UUID.
IDENTITY_KEYS: Final = {"field": "key", "global": "key"}

# The properties of a reference that hold a template instead of an identity (flows 2.2). Users were matched by
# `email` before they had UUIDs.
MATCH_KEYS: Final = {"group": ("name_match",), "label": ("name_match",), "user": ("email_match", "email")}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a definition refers to: an asset with this ``identity`` or, where that is empty, one that matches."""

    type: str
    identity: str = ""
    name: str = ""
    match: str = ""

    @property
    def identity_key(self) -> str:
        """``key`` for fields and globals, ``uuid`` for everything else."""
        return IDENTITY_KEYS.get(self.type, "uuid")

    @property
    def is_variable(self) -> bool:
        """Whether a template decides at run time what is meant."""
        return bool(self.match) and not self.identity

    def named(self, name: str) -> Reference:
        """Return the same reference, with another name."""
        return replace(self, name=name)

    def to_json(self) -> dict[str, Any]:
        """Return it as definitions and events write it."""
        if self.is_variable:
            return {MATCH_KEYS[self.type][0]: self.match}
        return {self.identity_key: self.identity, "name": self.name}

    def __str__(self) -> str:
        return f"{self.type}[{self.identity_key}={self.identity},name={self.name}]"


def read_identity(type_: str, document: dict[str, Any]) -> Reference:
    """Return the reference in a JSON object, unchecked."""
    match = next((document[key] for key in MATCH_KEYS.get(type_, ()) if document.get(key)), "")
    name = document.get("name") or _label(type_, document)
    return Reference(type_, document.get(IDENTITY_KEYS.get(type_, "uuid")) or "", name, match)


def _label(type_: str, document: dict[str, Any]) -> str:
    """Campaigns in exports call the name of a field its label."""
    label = document.get("label") if type_ == "field" else None
    return label if isinstance(label, str) else ""
