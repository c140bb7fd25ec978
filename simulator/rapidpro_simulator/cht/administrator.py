"""A CHT instance as its administrator sees it: over HTTP only, so that it could as well be a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rapidpro_simulator.cht.javascript import milliseconds

from .messages import states
from .releases import CredentialStore
from .sent_messages import messages_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from rapidpro_simulator.world.network import HttpResponse
    from rapidpro_simulator.world.protocols import World

    from .sent_messages import SentMessage
    from .site import Document, Site

MOST_CONFLICTS = 8  # that an edit meets in a row, until somebody who edits by hand gives up


class UnavailableError(RuntimeError):
    """CHT could not answer, such as while its api starts again: who asks later may have an answer."""


class Administrator:
    """Somebody who may do everything in the CHT at `site`, through its API."""

    def __init__(self, simulation: World, site: Site) -> None:
        self._simulation = simulation
        self.site = site

    def request(self, method: str, path: str, **options: Any) -> HttpResponse:
        """Make a request of the instance's API and return the answer, whatever it is."""
        return self._simulation.request(method, f"{self.site.url}{path}", auth=self.site.administrator, **options)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Make a request that must succeed and return the answer's JSON.

        Raises `UnavailableError` where the answer has a status from 500 on, and `RuntimeError` where it refuses.
        """
        answer = self.request(method, path, **options)
        if answer.status >= 300:
            kind = UnavailableError if answer.status >= 500 else RuntimeError
            raise kind(f"{method} {path} was answered with {answer.status}: {answer.text}")
        return answer.json()

    def change_settings(self, **settings: Any) -> None:
        """Merge `settings` into the app settings, and let the instance pick them up."""
        self.ask("PUT", "/api/v1/settings", json=self.site.outward(settings))
        self.settle()

    def replace_settings(self, settings: Document) -> None:
        """Put each section of `settings` in place of the one there is, and let the instance pick them up."""
        self.ask("PUT", "/api/v1/settings?replace=1", json=self.site.outward(settings))
        self.settle()

    def settle(self) -> None:
        """Give the instance the moment in which it picks up what was changed."""
        self._simulation.advance(seconds=self.site.pickup_seconds)

    def milliseconds(self) -> int:
        """Return the current instant of the CHT as JavaScript counts it."""
        return milliseconds(self.site.now())

    def send_through(self, url: str) -> None:
        """Make the RapidPro at `url` the outgoing service."""
        self.change_settings(sms={"outgoing_service": "rapidpro", "rapidpro": {"url": url}})

    def send_by_gateway(self, user: str, password: str) -> None:
        """Leave the outgoing messages to a gateway that asks for them at `/api/sms` as this user (cht 2, 11.1).

        A user of this name that there is already gets the password and the roles.
        """
        self._simulation.journal.hide(password)
        document = {"name": user, "password": password, "roles": ["gateway", "mm-online"], "type": "user"}
        path = f"/_users/org.couchdb.user:{user}"
        answer = self.request("PUT", path, json=document)
        if answer.status == 409:
            document["_rev"] = self.ask("GET", path)["_rev"]
            answer = self.request("PUT", path, json=document)
        if answer.status != 201:
            raise RuntimeError(f"the user {user} could not be made: {answer.status} {answer.text}")
        self.change_settings(sms={"outgoing_service": "medic-gateway"}, roles={"gateway": {"name": "gateway"}})

    def add_health_worker(self, user: str, password: str, role: str, *, contact: str, place: str) -> None:
        """Make an offline user for the contact with the id `contact`, who sees what is under `place` (cht 11)."""
        self._simulation.journal.hide(password)
        account = {"name": user, "password": password, "roles": [role], "facility_id": place, "contact_id": contact}
        answer = self.request("PUT", f"/_users/org.couchdb.user:{user}", json={**account, "type": "user"})
        if answer.status not in {201, 409}:
            raise RuntimeError(f"the user {user} could not be made: {answer.status} {answer.text}")
        self.change_settings(roles={role: {"name": role, "offline": True}})

    def set_credential(self, key: str, value: str) -> None:
        """Store a credential as the release wants it (cht 3)."""
        self._simulation.journal.hide(value)
        if self.site.release.credentials is CredentialStore.CONFIG:
            self.ask("PUT", _in_config("medic-credentials", key), json=value)
            return
        headers = {"Content-Type": "text/plain"}
        self.ask("PUT", f"/api/v1/credentials/{quote(key, safe='')}", body=value, headers=headers)

    def forget_credential(self, key: str) -> None:
        """Delete a credential; there is no API for it, only CouchDB itself."""
        if self.site.release.credentials is CredentialStore.CONFIG:
            self.ask("DELETE", _in_config("medic-credentials", key))
            return
        path = f"/{self.site.database}-vault/credential:{quote(key, safe='')}"
        document = self.ask("GET", path)
        self.ask("DELETE", f"{path}?rev={document['_rev']}")

    def change_secret(self, secret: str) -> None:
        """Give CouchDB another secret: what CHT encrypted with the last one cannot be decrypted any more (cht 3.2)."""
        self._simulation.journal.hide(secret)
        self.ask("PUT", _in_config("couch_httpd_auth", "secret"), json=secret)

    def documents(self) -> list[Document]:
        """Return the documents of the scenario in the order in which they were reported, without design documents."""
        rows = self.ask("GET", f"/{self.site.database}/_all_docs?include_docs=true")["rows"]
        older = self.site.older_documents
        documents = [row["doc"] for row in rows if not row["id"].startswith("_design/") and row["id"] not in older]
        return sorted(documents, key=lambda document: (document.get("reported_date", 0), document["_id"]))

    def save(self, documents: Iterable[Document]) -> None:
        """Save documents; every one must be accepted."""
        refused = self._refused(documents)
        assert not refused, f"CouchDB refused {refused}"

    def edit(self, change: Callable[[], Iterable[Document]]) -> None:
        """Save the documents that `change` returns; it looks again where somebody else has edited one meanwhile."""
        for _ in range(MOST_CONFLICTS):
            if not self._refused(change()):
                return
        self.save(change())

    def _refused(self, documents: Iterable[Document]) -> list[Document]:
        rows = self.ask("POST", f"/{self.site.database}/_bulk_docs", json={"docs": list(documents)})
        return [row for row in rows if "error" in row]

    def messages(self) -> list[SentMessage]:
        """Return every message to a phone, in the order of their documents."""
        return [message for document in self.documents() for message in messages_of(document)]

    def message(self, number: int) -> SentMessage:
        """Return the message of this number, counted from 1."""
        messages = self.messages()
        assert 1 <= number <= len(messages), f"CHT has {len(messages)} messages, there is no message {number}"
        return messages[number - 1]


def _in_config(section: str, key: str) -> str:
    return f"/_node/_local/_config/{section}/{quote(key, safe='')}"


def message_document(
    simulation: World, number: int, to: str, text: str, *, now: datetime | None = None, **task: Any
) -> Document:
    """Return a document with one message, as the webapp makes them (cht 6.1); `task` adds to or replaces parts of it.

    Without a `state` the message is pending. `now` is when it is made (default: the instant of the simulation).
    """
    stream = simulation.seed.stream(f"document {number} {to} {text}")
    now = now or simulation.clock.now()
    state = task.setdefault("state", "pending")
    return {
        "_id": stream.uuid4(),
        "type": "data_record",
        "kujua_message": True,
        "form": None,
        "fields": {},
        "errors": [],
        "reported_date": milliseconds(now) + number,
        "tasks": [
            {
                "messages": [{"uuid": stream.uuid4(), "to": to, "message": text}],
                "state_history": [{"state": state, "timestamp": states.javascript_time(now)}],
                **task,
            }
        ],
    }
