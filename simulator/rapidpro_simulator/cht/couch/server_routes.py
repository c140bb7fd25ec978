"""The routes above the databases: the server itself, sessions, configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from .calls import JSON_TYPE, AccessLevel, CouchCall, CouchRoute, answer
from .changes import write_seq
from .errors import BadRequest, NotFound, not_simulated
from .parameters import read_count, read_query
from .queries import ordered_ids
from .server import NODE, SESSION_SECONDS, VERSION
from .users import CouchUser

if TYPE_CHECKING:
    from aiohttp import web

    from .database import Database
    from .documents import JSON

FEATURES = ["access-ready", "partitioned", "pluggable-storage-engines", "reshard", "scheduler"]
NODE_NAMES = ("_local", NODE)


async def welcome(call: CouchCall) -> web.Response:
    return answer(
        {
            "couchdb": "Welcome",
            "version": VERSION,
            "git_sha": "11f0d3643",
            "uuid": call.couch.uuid,
            "features": FEATURES,
            "vendor": {"name": "The Apache Software Foundation"},
        }
    )


async def up(call: CouchCall) -> web.Response:
    return answer({"status": "ok", "seeds": {}})


async def uuids(call: CouchCall) -> web.Response:
    return answer({"uuids": [call.couch.new_id() for _ in range(read_count(call.parameters.get("count", 1)))]})


async def membership(call: CouchCall) -> web.Response:
    return answer({"all_nodes": [NODE], "cluster_nodes": [NODE]})


async def active_tasks(call: CouchCall) -> web.Response:
    return answer([])


async def all_databases(call: CouchCall) -> web.Response:
    names = call.couch.names
    query = read_query(call.parameters)
    _, page = ordered_ids(names).select(query)
    return answer(page)


async def replicate(call: CouchCall) -> web.Response:
    raise not_simulated("replication by the server itself", "replicate with a client, PouchDB for example")


async def databases_info(call: CouchCall) -> web.Response:
    keys = call.couch.names
    if call.request.method == "POST":
        keys = call.member("keys", list, "`keys` member must exist.")
    return answer([_info_row(call, name) for name in keys])


def _info_row(call: CouchCall, name: str) -> JSON:
    try:
        return {"key": name, "info": info(call.couch.database(str(name)))}
    except NotFound:
        return {"key": name, "error": "not_found"}


def info(database: Database) -> JSON:
    """Return what `GET /<db>` says of a database."""
    return {
        "instance_start_time": "0",
        "db_name": database.name,
        "purge_seq": "0-g1AAAABPeJzLYWBgYMpgTmHgzcvPy09JdcjLz8gvLskBCScyJNX___8_K4M5UQgEAG2eDHk",
        "update_seq": write_seq(database.update_seq),
        "sizes": {"file": database.size + 16_384, "external": database.size, "active": database.size},
        "props": {},
        "doc_del_count": database.deleted_count,
        "doc_count": len(database.ids),
        "disk_format_version": 8,
        "compact_running": False,
        "cluster": {"q": 2, "n": 1, "w": 1, "r": 1},
    }


# Sessions


async def show_session(call: CouchCall) -> web.Response:
    user = call.user
    assert user is not None  # the route lets nobody else in
    handlers = {"authentication_handlers": ["cookie", "default"], "authenticated": user.handler}
    return answer({"ok": True, "userCtx": _context(user), "info": handlers})


async def open_session(call: CouchCall) -> web.Response:
    name, password = _read_login(call)
    account = call.couch.login(name, password)
    cookie = f"AuthSession={call.couch.open_session(account)}; Version=1; Max-Age={SESSION_SECONDS}; Path=/; HttpOnly"
    return answer({"ok": True, **_context(CouchUser(account.name, account.roles))}, headers={"Set-Cookie": cookie})


async def close_session(call: CouchCall) -> web.Response:
    return answer({"ok": True}, headers={"Set-Cookie": "AuthSession=; Version=1; Path=/; HttpOnly"})


def _read_login(call: CouchCall) -> tuple[str, str]:
    form: dict[str, Any]
    if call.request.headers.get("Content-Type", "").startswith(JSON_TYPE):
        form = call.read_object()
    else:
        form = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
    return str(form.get("name") or form.get("username") or ""), str(form.get("password") or "")


def _context(user: CouchUser) -> JSON:
    return {"name": user.name, "roles": list(user.roles)}


# Configuration


async def show_config(call: CouchCall) -> web.Response:
    _check_node(call)
    return answer(call.couch.config)


async def show_section(call: CouchCall) -> web.Response:
    _check_node(call)
    return answer(call.couch.config.get(call.arguments["section"], {}))


async def show_setting(call: CouchCall) -> web.Response:
    _check_node(call)
    return answer(call.couch.setting(call.arguments["section"], call.arguments["key"]))


async def change_setting(call: CouchCall) -> web.Response:
    _check_node(call)
    value = call.read()
    if not isinstance(value, str):
        raise BadRequest("Config value must be a JSON string")
    return answer(call.couch.configure(call.arguments["section"], call.arguments["key"], value))


async def remove_setting(call: CouchCall) -> web.Response:
    _check_node(call)
    return answer(call.couch.unset(call.arguments["section"], call.arguments["key"]))


def _check_node(call: CouchCall) -> None:
    if call.arguments["node"] not in NODE_NAMES:
        raise NotFound("no such node: " + call.arguments["node"])


CONFIG = "/_node/{node}/_config"

ROUTES = [
    CouchRoute("GET", "/", welcome, AccessLevel.USER),
    CouchRoute("GET", "/_up", up, AccessLevel.USER),
    CouchRoute("GET", "/_uuids", uuids, AccessLevel.USER),
    CouchRoute("GET", "/_membership", membership, AccessLevel.ADMIN),
    CouchRoute("GET", "/_active_tasks", active_tasks, AccessLevel.ADMIN),
    CouchRoute("GET", "/_all_dbs", all_databases, AccessLevel.ADMIN),
    CouchRoute("GET", "/_dbs_info", databases_info, AccessLevel.ADMIN),
    CouchRoute("POST", "/_dbs_info", databases_info, AccessLevel.ADMIN),
    CouchRoute("POST", "/_replicate", replicate, AccessLevel.ADMIN),
    CouchRoute("GET", "/_session", show_session, AccessLevel.USER),
    CouchRoute("POST", "/_session", open_session, AccessLevel.ANYBODY),
    CouchRoute("DELETE", "/_session", close_session, AccessLevel.ANYBODY),
    CouchRoute("GET", CONFIG, show_config, AccessLevel.ADMIN),
    CouchRoute("GET", CONFIG + "/{section}", show_section, AccessLevel.ADMIN),
    CouchRoute("GET", CONFIG + "/{section}/{key}", show_setting, AccessLevel.ADMIN),
    CouchRoute("PUT", CONFIG + "/{section}/{key}", change_setting, AccessLevel.ADMIN),
    CouchRoute("DELETE", CONFIG + "/{section}/{key}", remove_setting, AccessLevel.ADMIN),
]
