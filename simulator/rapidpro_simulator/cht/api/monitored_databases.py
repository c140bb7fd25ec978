"""The part `couchdb` of what is monitored: how large CHT's databases and their views are (cht 9.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rapidpro_simulator.cht.couch.client import CouchClientError

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch.client import CouchClient

    Json = dict[str, Any]

UNKNOWN: Json = {"update_sequence": -1, "doc_count": -1, "doc_del_count": -1, "fragmentation": -1}
NO_SIZES: Json = {"active": -1, "file": -1}
DESIGNS = "_design/", "_design0"


async def databases(couch: CouchClient) -> Json:
    """Return what is told of each database, by the name that monitoring gives it; -1 for what cannot be read."""
    main = couch.database
    names = {"medic": main, "sentinel": f"{main}-sentinel", "usersmeta": f"{main}-users-meta", "users": "_users"}
    try:
        rows: list[Json] = await couch.request("POST", "_dbs_info", body={"keys": list(names.values())})
    except CouchClientError:
        rows = [{} for _ in names]
    return {
        name: {"name": database, **_told(row.get("info")), "view_indexes": await _views(couch, database)}
        for (name, database), row in zip(names.items(), rows, strict=True)
    }


def _told(info: Json | None) -> Json:
    if info is None:
        return {**UNKNOWN, "sizes": NO_SIZES}
    sizes = info["sizes"]
    return {
        "update_sequence": int(str(info["update_seq"]).partition("-")[0]),
        "doc_count": info["doc_count"],
        "doc_del_count": info["doc_del_count"],
        "fragmentation": _fragmentation(sizes),
        "sizes": {"active": sizes["active"], "file": sizes["file"]},
    }


async def _views(couch: CouchClient, database: str) -> list[Json]:
    try:
        rows = await couch.docs_between(*DESIGNS, database)
        return [await _view(couch, database, row["id"]) for row in rows if row["doc"].get("views")]
    except CouchClientError:
        return []


async def _view(couch: CouchClient, database: str, identifier: str) -> Json:
    answer = await couch.request("GET", f"{database}/{quote(identifier)}/_info")
    sizes = answer["view_index"]["sizes"]
    name = identifier.removeprefix("_design/")
    return {
        "name": name,
        "sizes": {"active": sizes["active"], "file": sizes["file"]},
        "fragmentation": _fragmentation(sizes),
    }


def _fragmentation(sizes: Json) -> float:
    """Return how many times larger a file is than what is in it."""
    return sizes["file"] / sizes["active"] if sizes["active"] else 0
