"""CHT's gateway between a CouchDB, whose documents others edit and delete, and a RapidPro that answers as recorded."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from rapidpro_simulator.cht.couch import CouchDB, CouchService
from rapidpro_simulator.cht.couch.client import CouchClient
from rapidpro_simulator.cht.couch.credentials import Credentials
from rapidpro_simulator.cht.couch.vault import encrypt
from rapidpro_simulator.cht.gateway import EXPECTED_ERRORS, GatewayContext
from rapidpro_simulator.cht.gateway.polling import Poller
from rapidpro_simulator.cht.gateway.sending import Sender
from rapidpro_simulator.cht.gateway.state_writer import StateWriter
from rapidpro_simulator.cht.gateway.upstream import Upstream
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.network import HandlerService
from rapidpro_simulator.world.network.server import Latency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network
    from rapidpro_simulator.world.seed import Seed


SECRET = "0123456789abcdef-secret"
CREDENTIAL = "credential:rapidpro:outgoing"
RELEASE = release("latest")
RECORDED = ("_id", "touched", "tasks", "scheduled_tasks")


class ScriptedRapidPro(HandlerService):
    """Keeps what it is asked, and gives the recorded answers in their order."""

    def __init__(self) -> None:
        super().__init__(self._receive)
        self.answers: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []

    async def _receive(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.text()
        asked = {"method": request.method, "path": request.raw_path}
        asked["authorization"] = request.headers.get("Authorization", "")
        self.requests.append({**asked, "body": json.loads(body)} if body else asked)
        if not self.answers:
            return web.json_response({"error": "more was asked than CHT asked"}, status=429)
        return await self._answer(request, self.answers.pop(0))

    async def _answer(self, request: web.BaseRequest, answer: dict[str, Any]) -> web.StreamResponse:
        if answer.get("reset"):
            return await _closed(request, web.StreamResponse())
        text = json.dumps(answer["json"]) if "json" in answer else answer["text"]
        headers = {"Location": f"/moved{request.raw_path}"} if "location" in answer else {}
        if answer.get("content_type"):
            headers["Content-Type"] = answer["content_type"]
        if "cut" in answer:
            headers["Content-Length"] = "100"
        elif "Content-Type" in headers:
            return web.Response(status=answer["status"], body=text.encode(), headers=headers)
        return await _by_hand(request, answer["status"], headers, text.encode())


async def _by_hand(request: web.BaseRequest, status: int, headers: dict[str, str], body: bytes) -> web.StreamResponse:
    # aiohttp's server gives every answer a content type and finishes every body: not so what was recorded.
    lines = [f"HTTP/1.1 {status} .", *(f"{name}: {value}" for name, value in headers.items()), "Connection: close"]
    assert request.transport is not None
    request.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
    return await _closed(request, web.StreamResponse())


async def _closed(request: web.BaseRequest, response: web.StreamResponse) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return response


class CrowdedCouch(CouchClient):
    """CouchDB while others work in it: they edit and delete what the gateway is just about to write or to read."""

    def __init__(self, world: GatewayWorld, session: Any) -> None:
        super().__init__(session, "https://couchdb", "medic", "pass")
        self._medic = world.medic
        self.edits_before_saves: list[int] = []
        self.deletions_before_fetch = 0

    async def bulk_docs(self, documents: Sequence[dict[str, Any]], database: str | None = None) -> list[dict[str, Any]]:
        edited = self.edits_before_saves.pop(0) if self.edits_before_saves else 0
        for document in documents[:edited]:
            current = self._medic.find(document["_id"])
            if current is not None:
                self._medic.put({**current, "touched": current.get("touched", 0) + 1})
        return await super().bulk_docs(documents, database)

    async def all_docs(self, keys: Sequence[str], database: str | None = None) -> list[dict[str, Any]]:
        vanishing, self.deletions_before_fetch = self.deletions_before_fetch, 0
        for key in keys[:vanishing]:
            self._medic.delete(key, self._medic.get(key)["_rev"])
        return await super().all_docs(keys, database)


class GatewayWorld:
    """The world of one recorded trace."""

    def __init__(
        self,
        clock: FrozenClock,
        seed: Seed,
        journal: Journal,
        loop: SimulationLoop,
        network: Network,
        vector: dict[str, Any],
    ) -> None:
        self._clock = clock
        self._loop = loop
        self._settings = _with_host(vector["settings"])
        self._couch = CouchDB(Context(clock, seed, journal), admin=("medic", "pass"), secret=SECRET)
        self._couch.install_cht(RELEASE.name)
        self.medic = self._couch.database("medic")
        self._before = set(self.medic.ids)
        network.latency = Latency(0, 0)
        network.attach("couchdb", CouchService(self._couch))
        self._rapidpro = ScriptedRapidPro()
        self._rapidpro.answers = list(vector["input"]["answers"])
        network.attach("rapidpro", self._rapidpro)
        self._client, self._context = loop.run(self._connect(network, journal))
        self._set_key(vector["input"]["credential"])
        self._original: dict[str, dict[str, Any]] = {}
        self._store(vector["input"]["documents"])
        self._boot()

    async def _connect(self, network: Network, journal: Journal) -> tuple[CrowdedCouch, GatewayContext]:
        client = CrowdedCouch(self, network.client("gateway"))
        return client, GatewayContext(self._clock, journal, client, lambda: self._settings)

    def _boot(self) -> None:
        upstream = Upstream(self._context, Credentials(self._client, RELEASE), RELEASE)
        writer = StateWriter(self._client, self._clock, RELEASE)
        self._sender = Sender(self._context, upstream, writer, RELEASE)
        self._poller = Poller(self._context, upstream, writer, RELEASE)

    def act(self, action: dict[str, Any]) -> list[dict[str, Any]]:
        """Do one of the recorded actions, and return what RapidPro was asked meanwhile."""
        asked = len(self._rapidpro.requests)
        self._loop.run(self._until(action["at"]))
        getattr(self, f"_do_{action['do']}")(action)
        return self._rapidpro.requests[asked:]

    async def _until(self, moment: str) -> None:
        await asyncio.sleep((datetime.fromisoformat(moment) - self._clock.now()).total_seconds())

    def result(self) -> dict[str, Any]:
        """Return what is left: the documents that are there, and those that are no longer as they were put there."""
        documents = {each["_id"]: each for each in self.medic.documents() if each["_id"] not in self._before}
        changed = [
            {name: document[name] for name in RECORDED if name in document}
            for identifier, document in documents.items()
            if {**document, "_rev": None} != {**self._original[identifier], "_rev": None}
        ]
        return {"changed_documents": changed, "left": sorted(documents)}

    def _do_send(self, _: dict[str, Any]) -> None:
        self._run(self._sender.tick())

    def _do_poll(self, _: dict[str, Any]) -> None:
        self._run(self._poller.tick())

    def _do_senddoc(self, action: dict[str, Any]) -> None:
        self._run(self._sender.send_document(action["id"]))

    def _run(self, work: Any) -> None:
        async def guarded() -> None:
            try:
                await work
            except EXPECTED_ERRORS as error:
                self._context.log(str(error))

        self._loop.run(guarded())

    def _do_restart(self, _: dict[str, Any]) -> None:
        self._boot()

    def _do_switch(self, action: dict[str, Any]) -> None:
        sms = {**self._settings["sms"], "rapidpro": {"url": action["url"]}}
        self._settings = _with_host({**self._settings, "sms": sms})
        self._set_key(action["credential"])

    def _do_settings(self, action: dict[str, Any]) -> None:
        self._settings = _with_host(action["settings"])

    def _do_nokey(self, _: dict[str, Any]) -> None:
        vault = self._couch.database("medic-vault")
        known = vault.find(CREDENTIAL)
        if known is not None:
            vault.delete(CREDENTIAL, known["_rev"])

    def _do_badkey(self, _: dict[str, Any]) -> None:
        self._put_key("00:not a key")

    def _do_conflict(self, action: dict[str, Any]) -> None:
        self._client.edits_before_saves = list(action["touched_before_next_saves"])

    def _do_vanish(self, action: dict[str, Any]) -> None:
        self._client.deletions_before_fetch = action["deleted_before_next_fetch"]

    def _do_add(self, action: dict[str, Any]) -> None:
        self._store(action["documents"])

    _do_edit = _do_add

    def _do_delete(self, action: dict[str, Any]) -> None:
        for identifier in action["ids"]:
            known = self.medic.find(identifier)
            if known is not None:
                self.medic.delete(identifier, known["_rev"])

    def _store(self, documents: list[dict[str, Any]]) -> None:
        for document in documents:
            known = self.medic.find(document["_id"])
            self.medic.put(document if known is None else {**document, "_rev": known["_rev"]})
            self._original[document["_id"]] = document

    def _set_key(self, key: str) -> None:
        self._put_key(encrypt(key, SECRET, bytes(16)))

    def _put_key(self, password: str) -> None:
        vault = self._couch.database("medic-vault")
        vault.put({**(vault.find(CREDENTIAL) or {"_id": CREDENTIAL}), "password": password})


def _with_host(settings: dict[str, Any]) -> dict[str, Any]:
    replaced: dict[str, Any] = json.loads(json.dumps(settings).replace("//RAPIDPRO", "//rapidpro"))
    return replaced
