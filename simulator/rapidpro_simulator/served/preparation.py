"""What is in CouchDB where the api is somebody else's: settings and keys, as CHT's own api would have stored them.

So that the process which takes the api's place needs no more than CouchDB's address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.api.configuration import DOCUMENT, merge
from rapidpro_simulator.cht.couch.vault import BLOCK_BYTES, encrypt
from rapidpro_simulator.cht.releases import CredentialStore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.cht.instance import Instance

    from .live import LiveInstance


def prepare(live: LiveInstance, settings: Iterable[dict[str, Any]]) -> None:
    """Store `settings`, each merged into those before it, and the keys of `live`."""
    merged: dict[str, Any] = {}
    for changes in settings:
        merged = merge(merged, changes)
    instance = live.instance
    instance.couch.database(instance.database).put({"_id": DOCUMENT, "settings": merged})
    keys = {"rapidpro:incoming": live.incoming_key, "rapidpro:outgoing": live.workspace.token.key}
    for key, value in keys.items():
        _store(instance, key, value)


def _store(instance: Instance, key: str, value: str) -> None:
    couch = instance.couch
    if instance.release.credentials is CredentialStore.CONFIG:
        couch.configure("medic-credentials", key, value)
        return
    password = encrypt(value, couch.secret, couch.stream.randbytes(BLOCK_BYTES))
    couch.database(f"{instance.database}-vault").put({"_id": f"credential:{key}", "password": password})
