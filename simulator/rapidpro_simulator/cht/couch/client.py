"""The HTTP client with which CHT's processes talk to CouchDB, request for request as theirs do (cht 8)."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from rapidpro_simulator.cht.origin import marked
from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.network.lean_client import ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from multidict import CIMultiDictProxy

Document = dict[str, Any]
Written = tuple[str, str]
"""A document that was stored: its identifier, and its new revision."""

HEARTBEAT = 86_400_000  # milliseconds; really 10,000, which would only make idle virtual time dearer: nobody sees it
LONGEST_QUERY = 2000  # characters; longer lists of keys travel in a body

# CHT talks to CouchDB through two libraries, and says so (cht 8).
COUCH_REQUEST_AGENT = "node"
POUCHDB = {"User-Agent": "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "X-Medic-Service": "api"}
DIRECT = "-vault"  # the sibling whose documents are not read through PouchDB

_BODY = json.JSONEncoder(ensure_ascii=False)
_COMPACT = json.JSONEncoder(separators=(",", ":"))


def nobody_listens(_: Sequence[Written]) -> None:
    """Do nothing with what was written."""


class CouchClientError(Exception):
    """CouchDB refused, or (`status` None) could not be reached."""

    def __init__(self, status: int | None, error: str, reason: str) -> None:
        super().__init__(f"{status} - {error}: {reason}")
        self.status = status
        self.error = error
        self.reason = reason


class CouchClient:
    """CouchDB at `url`, as the administrator `user`; `database` is the main one, `<database>-vault` … its siblings.

    `on_written` hears of every document that was stored in the main database. Inside a request to the api, whatever is
    asked bears its id (cht 0.2). Every method raises `CouchClientError`.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, user: str, password: str, database: str = "medic"
    ) -> None:
        self.http = session
        self.user = user
        self.url = url.rstrip("/")
        self._headers = {"Authorization": basic_auth(user, password), "Accept": "application/json"}
        self._pouchdb_headers = {**self._headers, **POUCHDB}
        self.database = database
        self.on_written: Callable[[Sequence[Written]], object] = nobody_listens

    async def open(self, database: str) -> None:
        """Create `database` unless it is there, as PouchDB does when it first uses one (cht 8.1)."""
        headers = self._pouchdb(database)
        try:
            await self.request("GET", f"{database}/", headers=headers)
        except CouchClientError as error:
            if error.status != 404:
                raise
            await self._create(database, headers)

    async def _create(self, database: str, headers: Mapping[str, str]) -> None:
        try:
            await self.request("PUT", f"{database}/", headers=headers)
        except CouchClientError as error:
            if error.status != 412:  # somebody else was faster
                raise

    async def get(self, document_id: str, database: str | None = None) -> Document | None:
        """Return a document; None where there is none, or where it was deleted."""
        name = database or self.database
        try:
            document: Document = await self.request(
                "GET", f"{name}/{quote(document_id, safe=':')}", headers=self._pouchdb(name)
            )
        except CouchClientError as error:
            if error.status == 404:
                return None
            raise
        return document

    async def design(self, name: str) -> Document:
        """Return a design document of the main database; an empty one where there is none."""
        try:
            document: Document = await self.request("GET", f"{self.database}/_design/{name}")
        except CouchClientError as error:
            if error.status == 404:
                return {}
            raise
        return document

    async def put(self, document: Document, database: str | None = None) -> str:
        """Save a document under its `_id` and return the new revision."""
        name = database or self.database
        path = f"{name}/{quote(document['_id'], safe=':')}"
        answer = await self.request("PUT", path, body=document, headers=self._pouchdb(name))
        revision: str = answer["rev"]
        self._tell(name, [(document["_id"], revision)])
        return revision

    async def bulk_docs(self, documents: Sequence[Document], database: str | None = None) -> list[Document]:
        """Save documents and return CouchDB's row for each: `ok` and `rev`, or `error` and `reason`."""
        name = database or self.database
        body = {"docs": list(documents), "new_edits": True}
        rows: list[Document] = await self.request("POST", f"{name}/_bulk_docs", body=body, headers=self._pouchdb(name))
        self._tell(name, [(row["id"], row["rev"]) for row in rows if row.get("ok")])
        return rows

    async def all_docs(self, keys: Sequence[str], database: str | None = None) -> list[Document]:
        """Return a row with `doc` for each of `keys`, in their order."""
        name = database or self.database
        path = f"{name}/_all_docs?include_docs=true"
        answer = await self.request("POST", path, body={"keys": list(keys)}, headers=self._pouchdb(name))
        rows: list[Document] = answer["rows"]
        return rows

    async def docs_between(
        self, first: str, last: str, database: str | None = None, *, descending: bool = False, limit: int | None = None
    ) -> list[Document]:
        """Return a row with `doc` for each document from the id `first` to `last`; `descending`: backwards."""
        name = database or self.database
        parameters: dict[str, Any] = {"include_docs": True, "startkey": first, "endkey": last}
        parameters |= {"descending": True} if descending else {}
        parameters |= {} if limit is None else {"limit": limit}
        answer = await self.request("GET", f"{name}/_all_docs?{_encode(parameters)}", headers=self._pouchdb(name))
        rows: list[Document] = answer["rows"]
        return rows

    async def changes(self, since: Any) -> AsyncIterator[Document]:
        """Follow the main database: yield a row for each change behind `since`, for as long as CouchDB tells them."""
        query = urlencode({"feed": "continuous", "since": str(since), "heartbeat": HEARTBEAT})
        url = URL(f"{self.url}/{self.database}/_changes?{query}", encoded=True)
        try:
            async with self.http.get(url, headers=marked(self._pouchdb(self.database))) as response:
                if response.status >= 400:
                    _read(response.status, await response.text())
                async for line in response.content:
                    row = json.loads(line) if line.strip() else {}
                    if "seq" in row:
                        yield row
        except (aiohttp.ClientError, ValueError) as error:
            raise CouchClientError(None, type(error).__name__, str(error)) from error

    async def view(self, name: str, **parameters: Any) -> list[Document]:
        """Return the rows of the view `name` (`medic-sms/messages_by_uuid`); parameters as CouchDB calls them."""
        design, view = name.split("/")
        path = f"{self.database}/_design/{design}/_view/{view}"
        query = _encode(parameters)
        headers = {**self._pouchdb(self.database), "Accept": "*/*"}
        if len(query) > LONGEST_QUERY and "keys" in parameters:
            body = {"keys": parameters.pop("keys")}
            answer = await self.request("POST", f"{path}?{_encode(parameters)}", body=body, headers=headers)
        else:
            answer = await self.request("GET", f"{path}?{query}", headers=headers)
        rows: list[Document] = answer["rows"]
        return rows

    async def config_secret(self) -> str:
        """Return the secret that CHT's vault is encrypted with (cht 3.2)."""
        return await self.config("couch_httpd_auth", "secret")

    async def config(self, section: str, key: str) -> str:
        value: str = await self.request("GET", f"_node/_local/_config/{section}/{quote(key, safe='')}")
        return value

    async def session(self, headers: Mapping[str, str] | CIMultiDictProxy[str]) -> Document:
        """Return the session that a caller with these `headers` has; only they authenticate."""
        answer: Document = await self.request("GET", "_session", headers=headers)
        return answer

    async def request(
        self, method: str, path: str, *, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Make one request and return the answer's JSON."""
        sent = marked(self._headers if headers is None else headers)
        sent.setdefault("User-Agent", COUCH_REQUEST_AGENT)
        data = None
        if body is not None:
            data = _BODY.encode(body).encode()
            sent["Content-Type"] = "application/json"
        url = URL(f"{self.url}/{path}", encoded=True)
        try:
            response = await ask(self.http, method, url, body=data, headers=sent)
        except aiohttp.ClientError as error:
            raise CouchClientError(None, type(error).__name__, str(error)) from error
        return _read(response.status, response.text)

    def _pouchdb(self, database: str) -> dict[str, str]:
        return self._headers if database.endswith(DIRECT) else self._pouchdb_headers

    def _tell(self, database: str, written: Sequence[Written]) -> None:
        if written and database == self.database:
            self.on_written(written)


def _encode(parameters: Mapping[str, Any]) -> str:
    return _query(_COMPACT.encode(parameters))


@lru_cache(maxsize=1024)  # a gateway asks the same every minute
def _query(parameters: str) -> str:
    return urlencode({name: _COMPACT.encode(value) for name, value in json.loads(parameters).items()})


def _read(status: int, text: str) -> Any:
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise CouchClientError(None if status < 400 else status, "unreadable", text[:200]) from error
    if status >= 400:
        known = answer if isinstance(answer, dict) else {}
        raise CouchClientError(status, str(known.get("error", "error")), str(known.get("reason", "")))
    return answer
