"""What a scenario changes in a CHT that is not its own, and how that CHT is left as it was.

Whatever CHT itself noted about it stays: entries of its audit, info documents of sentinel, CouchDB's tombstones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from rapidpro_simulator.cht.releases import CredentialStore

from .probe import RemoteChtError

if TYPE_CHECKING:
    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.cht.site import Document

BATCH = 500  # documents in one request
TRIES = 4  # CHT may be writing to a document that is being deleted
OPEN = (
    (
        "medic/_view/messages_by_state",
        {"startkey": '["pending-or-forwarded",0]', "endkey": '["pending-or-forwarded",{}]'},
    ),
    ("medic-sms/_view/gateway_messages_by_state", {"keys": '["received-by-gateway","forwarded-by-gateway","sent"]'}),
)
"""The views in which CHT finds what it has to send, and what it has to ask about (cht 5.2, 5.6)."""

CREDENTIAL = "credential:"  # what the ids of the vault's documents begin with
KEYS = ("rapidpro:incoming", "rapidpro:outgoing")
OUTGOING = ("outgoing_service", "rapidpro")  # settings of `sms`
SETTINGS = "settings"  # the document behind the API
CONFIG = "/_node/_local/_config/medic-credentials"


class Visit:
    """What the CHT of `administrator` has now; `undo` gives it back.

    Raises `RemoteChtError` where it has messages of its own that wait to be sent, or to be asked about: a scenario
    would send them to the simulation, and they would never reach a phone.
    """

    def __init__(self, administrator: Administrator) -> None:
        self._administrator = administrator
        self._ask = administrator.ask
        self._site = administrator.site
        self._refuse_open_messages()
        self._settings = self._ask("GET", "/api/v1/settings")
        self._belongings = {database: self._documents(database) for database in ("_users", *self._vault)}
        self._values = self._config()
        self._before = self._revisions(self._site.database)
        self.documents = frozenset(self._before)

    def clear(self) -> None:
        """Let it know no RapidPro and no keys of one, as a new CHT does; everything else stays."""
        known = {each.removeprefix(CREDENTIAL) for each in (*self._values, *self._stored)}
        for key in KEYS:
            if key in known:
                self._administrator.forget_credential(key)
        sms = {name: value for name, value in self._settings.get("sms", {}).items() if name not in OUTGOING}
        others = {name: value for name, value in self._settings.items() if name != "sms"}
        self._ask("PUT", "/api/v1/settings?overwrite=true", json={**others, "sms": sms} if sms else others)

    def undo(self) -> None:
        """Give settings, keys, users and documents back, and delete what is new. Raises `RemoteChtError`."""
        # The settings come first: from then on it sends nothing more.
        self._ask("PUT", "/api/v1/settings?overwrite=true", json=self._settings)
        self._restore_config()
        for database, before in self._belongings.items():
            self._restore(database, before)
        for _ in range(TRIES):
            if not self._delete_newer():
                break
        else:
            raise RemoteChtError(f"{self._where}: there are documents of a scenario that cannot be deleted")
        self._bring_back_older()

    @property
    def _where(self) -> str:
        return f"the CHT {self._site.name}, which runs elsewhere"

    def _refuse_open_messages(self) -> None:
        for view, parameters in OPEN:
            query = urlencode({**parameters, "limit": 3})
            rows = self._ask("GET", f"/{self._site.database}/_design/{view}?{query}")["rows"]
            if rows:
                raise RemoteChtError(
                    f"{self._where}, has messages without a final state, as in {rows[0]['id']!r}. A scenario would "
                    "send them to the simulation, or ask it about them: use a CHT that is for features only, and "
                    "delete what an interrupted run has left there"
                )

    def _rows(self, database: str, **parameters: str) -> list[Document]:
        query = f"?{urlencode(parameters)}" if parameters else ""
        rows: list[Document] = self._ask("GET", f"/{database}/_all_docs{query}")["rows"]
        return [row for row in rows if not row["id"].startswith("_design/")]

    def _revisions(self, database: str) -> dict[str, str]:
        return {row["id"]: row["value"]["rev"] for row in self._rows(database)}

    def _documents(self, database: str) -> dict[str, Document]:
        return {row["id"]: row["doc"] for row in self._rows(database, include_docs="true")}

    def _save(self, database: str, documents: list[Document]) -> None:
        for first in range(0, len(documents), BATCH):
            self._ask("POST", f"/{database}/_bulk_docs", json={"docs": documents[first : first + BATCH]})

    def _delete_newer(self) -> bool:
        """Delete the documents that were not there before, and say whether there were any."""
        revisions = self._revisions(self._site.database)
        graves = [_grave(each, revision) for each, revision in revisions.items() if each not in self.documents]
        self._save(self._site.database, graves)
        return bool(graves)

    def _bring_back_older(self) -> None:
        """Make new revisions of the documents that were changed or deleted; CouchDB has the old ones for a while."""
        now = self._revisions(self._site.database)
        for each, revision in self._before.items():
            if each != SETTINGS and now.get(each) != revision:
                path = f"/{self._site.database}/{quote(each, safe=':')}"
                older = _without_revision(self._ask("GET", f"{path}?rev={revision}&attachments=true"))
                self._ask("PUT", path, json=older if each not in now else {**older, "_rev": now[each]})

    def _restore(self, database: str, before: dict[str, Document]) -> None:
        """Make the documents of `database` what they were."""
        now = self._documents(database)
        changes = [_grave(each, now[each]["_rev"]) for each in now if each not in before]
        for each, document in before.items():
            if each not in now:
                changes.append(_without_revision(document))
            elif now[each] != document:
                changes.append({**document, "_rev": now[each]["_rev"]})
        self._save(database, changes)

    @property
    def _stored(self) -> list[str]:
        return [each for database in self._vault for each in self._belongings[database]]

    # Keys: documents of the vault, or values of CouchDB's configuration (cht 3.2)

    @property
    def _vault(self) -> tuple[str, ...]:
        return (f"{self._site.database}-vault",) if self._site.release.credentials is CredentialStore.VAULT else ()

    def _config(self) -> dict[str, str]:
        return {} if self._vault else dict(self._ask("GET", CONFIG))

    def _restore_config(self) -> None:
        now = self._config()
        for key in now.keys() - self._values.keys():
            self._ask("DELETE", f"{CONFIG}/{quote(key, safe='')}")
        for key, value in self._values.items():
            if now.get(key) != value:
                self._ask("PUT", f"{CONFIG}/{quote(key, safe='')}", json=value)


def _grave(identifier: str, revision: str) -> Document:
    return {"_id": identifier, "_rev": revision, "_deleted": True}


def _without_revision(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "_rev"}
