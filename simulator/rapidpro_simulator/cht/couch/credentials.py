"""Where the gateway finds its key for RapidPro: read anew each time, never kept (cht 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.couch.vault import decrypt
from rapidpro_simulator.cht.releases import CredentialStore

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch.client import CouchClient
    from rapidpro_simulator.cht.releases import Release


class Credentials:
    """The keys of a CHT instance."""

    def __init__(self, couch: CouchClient, release: Release) -> None:
        self._couch = couch
        self._release = release

    async def get(self, key: str) -> str | None:
        """Return the credential called `key`; None where it is not set.

        Raises `CouchClientError` when CouchDB fails or the credential cannot be decrypted.
        """
        if self._release.credentials is CredentialStore.CONFIG:
            return await self._from_config(key)
        document = await self._couch.get(f"credential:{key}", f"{self._couch.database}-vault")
        if document is None:
            return None
        secret = await self._couch.config_secret()
        try:
            return decrypt(document["password"], secret)
        except ValueError:
            reason = "Error decrypting credential. Try setting the credential again."
            raise CouchClientError(None, "undecryptable", reason) from None

    async def _from_config(self, key: str) -> str | None:
        try:
            return await self._couch.config("medic-credentials", key)
        except CouchClientError as error:
            if error.status == 404:
                return None
            raise
