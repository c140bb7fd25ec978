"""CouchDB as a client meets it over HTTP: errors, documents, sessions, configuration."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.authorization import basic_auth

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch import CouchDB, Database
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal

    from .conftest import Wire

NURSE = basic_auth("nurse", "bandage")
CONFLICT = {"error": "conflict", "reason": "Document update conflict."}
NOT_JSON = {"error": "bad_request", "reason": "invalid UTF-8 JSON"}


def test_welcome(wire: Wire) -> None:
    """CouchDB welcomes who is logged in."""
    answer = wire.ask("GET", "/")
    assert (answer.status, answer.json["couchdb"], answer.json["version"]) == (200, "Welcome", "3.5.0")


@pytest.mark.parametrize("path", ["/", "/_up", "/_session", "/_all_dbs", "/medic", "/medic/x", "/medic/a/b/c/d/e/f"])
def test_anonymous(wire: Wire, path: str) -> None:
    """Who is not logged in gets nothing but 401."""
    answer = wire.ask("GET", path, auth=None)
    assert (answer.status, answer.json) == (401, {"error": "unauthorized", "reason": "Authentication required."})


@pytest.mark.parametrize("auth", ["Token abc", "Bearer abc"])
def test_other_schemes_are_anonymous(wire: Wire, auth: str) -> None:
    """A token means nothing to CouchDB."""
    assert wire.ask("GET", "/_session", auth=auth).json["reason"] == "Authentication required."


@pytest.mark.parametrize("auth", [basic_auth("admin", "wrong"), basic_auth("nobody", "pass"), "Basic %%%"])
def test_wrong_password(wire: Wire, auth: str) -> None:
    """A wrong password is refused, whatever is asked for."""
    answer = wire.ask("GET", "/_session", auth=auth)
    assert (answer.status, answer.json["reason"]) == (401, "Name or password is incorrect.")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "expected"),
    [
        ("GET", "/nowhere", None, 404, {"error": "not_found", "reason": "Database does not exist."}),
        ("GET", "/nowhere/x", None, 404, {"error": "not_found", "reason": "Database does not exist."}),
        ("GET", "/medic/x", None, 404, {"error": "not_found", "reason": "missing"}),
        ("GET", "/medic/_local/x", None, 404, {"error": "not_found", "reason": "missing"}),
        ("GET", "/medic/_design/none/_view/x", None, 404, {"error": "not_found", "reason": "missing"}),
        ("GET", "/medic/_design/medic/_view/x", None, 404, {"error": "not_found", "reason": "missing_named_view"}),
        ("GET", "/medic/_design/medic/_nouveau_info/x", None, 404, {"error": "not_found", "reason": "missing"}),
        ("GET", "/medic/settings/logo", None, 404, {"error": "not_found", "reason": "missing"}),
        ("DELETE", "/medic/x", None, 404, {"error": "not_found", "reason": "missing"}),
        ("DELETE", "/medic/_design/medic", None, 409, CONFLICT),
        ("PUT", "/medic/_design/medic", "{}", 409, CONFLICT),
        ("PUT", "/medic/x", '{"_rev":"1-abc"}', 409, CONFLICT),
        ("PUT", "/medic/x", '{"_rev":"abc"}', 400, {"error": "bad_request", "reason": "Invalid rev format"}),
        ("PUT", "/medic/_local/x", '{"_rev":"1-a"}', 400, {"error": "bad_request", "reason": "Invalid rev format"}),
        ("GET", "/medic/_design/medic?rev=x", None, 400, {"error": "bad_request", "reason": "Invalid rev format"}),
        ("PUT", "/medic/x", '{"a":', 400, NOT_JSON),
        ("PUT", "/medic/x", '{"a":NaN}', 400, NOT_JSON),
        ("PUT", "/medic/x", '{"a":"\\ud800"}', 400, NOT_JSON),
        ("POST", "/medic", "nonsense", 400, NOT_JSON),
        ("PUT", "/medic/x", "[]", 400, {"error": "bad_request", "reason": "Document must be a JSON object"}),
        ("POST", "/medic", "[]", 400, {"error": "bad_request", "reason": "Request body must be a JSON object"}),
        (
            "PUT",
            "/medic/x",
            '{"_foo":1}',
            400,
            {"error": "doc_validation", "reason": "Bad special document member: _foo"},
        ),
        (
            "PUT",
            "/medic/_foo",
            "{}",
            400,
            {"error": "illegal_docid", "reason": "Only reserved document ids may start with underscore."},
        ),
        (
            "POST",
            "/medic/_bulk_docs",
            "{}",
            400,
            {"error": "bad_request", "reason": "POST body must include `docs` parameter."},
        ),
        ("GET", "/medic/_all_docs?key=x", None, 400, NOT_JSON),
        (
            "GET",
            "/medic/_all_docs?limit=x",
            None,
            400,
            {"error": "query_parse_error", "reason": 'Invalid value for integer: "x"'},
        ),
        (
            "GET",
            '/medic/_all_docs?startkey="b"&endkey="a"',
            None,
            400,
            {
                "error": "query_parse_error",
                "reason": "No rows can match your key range, reverse your start_key and end_key or set "
                "{descending=true}",
            },
        ),
        (
            "PUT",
            "/medic",
            None,
            412,
            {"error": "file_exists", "reason": "The database could not be created, the file already exists."},
        ),
        ("PATCH", "/medic/x", None, 405, {"error": "method_not_allowed", "reason": "Only DELETE,GET,HEAD,PUT allowed"}),
        (
            "GET",
            "/medic/_changes?since=x",
            None,
            400,
            {"error": "bad_request", "reason": "Malformed sequence supplied in 'since' parameter."},
        ),
        ("GET", "/_node/_local/_config/a/b", None, 404, {"error": "not_found", "reason": "unknown_config_value"}),
    ],
)
def test_errors(wire: Wire, method: str, path: str, body: str | None, status: int, expected: dict[str, str]) -> None:
    """What is refused is refused in CouchDB's words."""
    answer = wire.ask(method, path, body=body)
    assert (answer.status, answer.json) == (status, expected)


def test_illegal_database_name(wire: Wire) -> None:
    """A database is named in lower case."""
    answer = wire.ask("PUT", "/Medic")
    assert (answer.status, answer.json["error"]) == (400, "illegal_database_name")


@pytest.mark.parametrize("path", ["/medic", "/medic/_bulk_docs", "/medic/_all_docs", "/medic/_revs_diff"])
def test_content_type(wire: Wire, path: str) -> None:
    """What is posted must be called JSON."""
    answer = wire.ask("POST", path, {"docs": []}, headers={"Content-Type": "text/plain"})
    assert (answer.status, answer.json["error"]) == (415, "bad_content_type")


def test_document_lives_and_dies(wire: Wire) -> None:
    """A document is stored, changed, deleted, and remembered as deleted."""
    first = wire.ask("PUT", "/medic/x", {"a": 1})
    second = wire.ask("PUT", f"/medic/x?rev={first.json['rev']}", {"a": 2})
    assert (first.status, second.json["rev"][:2], wire.ask("GET", "/medic/x").json["a"]) == (201, "2-", 2)
    assert wire.ask("DELETE", "/medic/x", headers={"If-Match": second.json["rev"]}).status == 200
    assert wire.ask("GET", "/medic/x").json == {"error": "not_found", "reason": "deleted"}


def test_identifier_comes_from_the_path(wire: Wire) -> None:
    """The vault's documents are saved under the decoded identifier of the path, not the body's (spec 3.2)."""
    wire.ask("PUT", "/medic-vault/credential:rapidpro%3Aoutgoing", {"_id": "credential:rapidpro%3Aoutgoing"})
    answer = wire.ask("GET", "/medic-vault/credential:rapidpro%3Aoutgoing")
    assert answer.json["_id"] == "credential:rapidpro:outgoing"


def test_identifier_with_a_slash(wire: Wire) -> None:
    """An encoded slash belongs to the identifier."""
    assert wire.ask("PUT", "/medic/a%2Fb", {}).json["id"] == "a/b"
    assert wire.ask("GET", "/medic/a%2Fb").json["_id"] == "a/b"


def test_slashes_collapse(wire: Wire) -> None:
    """A double slash is as good as one (spec 8.2)."""
    rows = wire.ask("POST", "//_dbs_info", {"keys": ["medic", "none"]}).json
    assert (rows[0]["info"]["db_name"], rows[1]) == ("medic", {"key": "none", "error": "not_found"})


def test_etag(wire: Wire) -> None:
    """A client that has the current revision is told so."""
    rev = wire.ask("PUT", "/medic/x", {}).json["rev"]
    assert wire.ask("GET", "/medic/x", headers={"If-None-Match": f'"{rev}"'}).status == 304


def test_head(wire: Wire) -> None:
    """HEAD is GET without the body."""
    answer = wire.ask("HEAD", "/medic/_design/medic")
    assert (answer.status, answer.json, "ETag" in answer.headers) == (200, None, True)


def test_release_of_the_design_document(wire: Wire) -> None:
    """The design document `medic` says which release is installed (spec 8.2)."""
    assert wire.ask("GET", "/medic/_design/medic").json["build_info"]["version"] == "5.2.0"


def test_bulk_docs(wire: Wire) -> None:
    """Each document of a bulk is stored for itself; one without identifier gets one."""
    wire.ask("PUT", "/medic/x", {})
    answer = wire.ask("POST", "/medic/_bulk_docs", {"docs": [{"_id": "x"}, {"_id": "y"}, {}], "new_edits": True})
    assert (answer.status, answer.json[0]) == (201, {"id": "x", **CONFLICT})
    assert (answer.json[1]["ok"], len(answer.json[2]["id"])) == (True, 32)


def test_all_docs_with_keys(wire: Wire, medic: Database) -> None:
    """Rows follow the keys: found, deleted, missing (spec 8.1)."""
    kept = medic.put({"_id": "kept"})
    gone = medic.delete("gone", medic.put({"_id": "gone"}))
    rows = wire.ask("POST", "/medic/_all_docs?include_docs=true", {"keys": ["gone", "none", "kept"]}).json["rows"]
    assert rows == [
        {"id": "gone", "key": "gone", "value": {"rev": gone, "deleted": True}, "doc": None},
        {"key": "none", "error": "not_found"},
        {"id": "kept", "key": "kept", "value": {"rev": kept}, "doc": {"_id": "kept", "_rev": kept}},
    ]


def test_all_docs_without_keys(wire: Wire) -> None:
    """An empty list of keys has no rows (spec 8.1)."""
    assert wire.ask("POST", "/medic/_all_docs", {"keys": []}).json["rows"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Z", "_design/a", "a", "b", "c"]),
        ('startkey="a"', ["a", "b", "c"]),
        ('start_key="a"&end_key="b"', ["a", "b"]),
        ('endkey="b"&inclusive_end=false', ["Z", "_design/a", "a"]),
        ('descending=true&startkey="b"&limit=2', ["b", "a"]),
        ("skip=3&limit=1", ["b"]),
        ('key="b"', ["b"]),
        ('keys=["c","a"]&skip=1', ["a"]),
    ],
)
def test_all_docs_ranges(wire: Wire, couch: CouchDB, query: str, expected: list[str]) -> None:
    """`_all_docs` is ordered by the bytes of identifiers."""
    database = couch.create("plain")
    database.bulk([{"_id": each} for each in ["b", "_design/a", "a", "Z", "c"]])
    assert [row["id"] for row in wire.ask("GET", f"/plain/_all_docs?{query}").json["rows"]] == expected


def test_local_documents(wire: Wire) -> None:
    """Local documents count their revisions and are in no list."""
    revs = [wire.ask("PUT", "/medic/_local/x", {"n": n, "_rev": f"0-{n}"}).json["rev"] for n in range(2)]
    assert (revs, wire.ask("GET", "/medic/_local/x").json["n"]) == (["0-1", "0-2"], 1)
    assert wire.ask("DELETE", "/medic/_local/x?rev=0-2").json["ok"]
    assert wire.ask("GET", "/medic/_local/x").status == 404


def test_replication_needs(wire: Wire) -> None:
    """A revision made elsewhere arrives with its history and can be asked for by those who lack it."""
    document = {"_id": "x", "_rev": "3-c", "_revisions": {"start": 3, "ids": ["c", "b", "a"]}, "n": 3}
    wire.ask("POST", "/medic/_bulk_docs", {"docs": [document], "new_edits": False})
    assert wire.ask("GET", "/medic/x?revs=true").json == document
    difference = wire.ask("POST", "/medic/_revs_diff", {"x": ["2-b", "4-d"], "y": ["1-a"]}).json
    assert difference == {"x": {"missing": ["4-d"], "possible_ancestors": ["3-c"]}, "y": {"missing": ["1-a"]}}
    rows = wire.ask("POST", "/medic/_bulk_get?latest=true", {"docs": [{"id": "x", "rev": "2-b"}]}).json["results"]
    assert rows[0]["docs"][0]["ok"]["_rev"] == "3-c"
    assert wire.ask("GET", '/medic/x?open_revs=["3-c","9-z"]').json[1] == {"missing": "9-z"}


def test_conflicting_leaves(wire: Wire) -> None:
    """Both leaves of a conflict can be read; the winner is the higher digest."""
    documents = [{"_id": "x", "_rev": rev} for rev in ("1-a", "1-b")]
    wire.ask("POST", "/medic/_bulk_docs", {"docs": documents, "new_edits": False})
    assert wire.ask("GET", "/medic/x?conflicts=true").json == {"_id": "x", "_rev": "1-b", "_conflicts": ["1-a"]}
    assert [row["ok"]["_rev"] for row in wire.ask("GET", "/medic/x?open_revs=all").json] == ["1-b", "1-a"]


# Users and sessions


def test_session_by_password(wire: Wire, couch: CouchDB) -> None:
    """The session says who is asking (spec 8.2)."""
    couch.add_user("nurse", "bandage", ["gateway", "mm-online"])
    context = wire.ask("GET", "/_session", auth=NURSE).json["userCtx"]
    assert context == {"name": "nurse", "roles": ["gateway", "mm-online"]}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", '{"name":"nurse","password":"bandage"}'),
        ("application/x-www-form-urlencoded", "name=nurse&password=bandage"),
    ],
)
def test_session_by_cookie(wire: Wire, couch: CouchDB, content_type: str, body: str) -> None:
    """A login opens a session that a cookie proves."""
    couch.add_user("nurse", "bandage")
    login = wire.ask("POST", "/_session", body=body, auth=None, headers={"Content-Type": content_type})
    cookie = login.headers["Set-Cookie"].partition(";")[0]
    session = wire.ask("GET", "/_session", auth=None, headers={"Cookie": cookie}).json
    assert (session["userCtx"]["name"], session["info"]["authenticated"]) == ("nurse", "cookie")


def test_wrong_login(wire: Wire) -> None:
    """A login with a wrong password opens nothing."""
    answer = wire.ask("POST", "/_session", {"name": "admin", "password": "x"}, auth=None)
    assert (answer.status, "Set-Cookie" in answer.headers) == (401, False)


def test_session_ends(couch: CouchDB, clock: FrozenClock) -> None:
    """A session lasts a year, and no longer (spec 0.1)."""
    cookie = couch.open_session(couch.login("admin", "pass"))
    clock.advance(timedelta(days=364))
    assert couch.resume_session(cookie) is not None
    clock.advance(timedelta(days=1))
    assert couch.resume_session(cookie) is None


def test_forged_cookie(wire: Wire, couch: CouchDB) -> None:
    """A session of a server with another secret is none, and nonsense is called so."""
    cookie = couch.open_session(couch.login("admin", "pass"))
    couch.configure("couch_httpd_auth", "secret", "rotated")
    forged = wire.ask("GET", "/_session", auth=None, headers={"Cookie": f"AuthSession={cookie}"})
    nonsense = wire.ask("GET", "/_session", auth=None, headers={"Cookie": "AuthSession=nonsense"})
    assert (forged.status, nonsense.status) == (401, 400)


def test_passwords_are_hashed(wire: Wire) -> None:
    """A password goes in and never comes out."""
    user = {"name": "nurse", "type": "user", "roles": [], "password": "bandage"}
    assert wire.ask("PUT", "/_users/org.couchdb.user:nurse", user).status == 201
    stored = wire.ask("GET", "/_users/org.couchdb.user:nurse").json
    assert ("password" in stored, stored["password_scheme"]) == (False, "pbkdf2")
    assert wire.ask("GET", "/_session", auth=NURSE).status == 200


def test_changed_passwords(wire: Wire, couch: CouchDB) -> None:
    """A password is good from the moment in which it is set to the one in which there is another, or none any more."""
    couch.add_user("nurse", "bandage")
    couch.configure("admins", "boss", "secret")
    boss = basic_auth("boss", "secret")
    assert [wire.ask("GET", "/_session", auth=each).status for each in (NURSE, NURSE, boss)] == [200] * 3
    couch.add_user("nurse", "plaster")
    couch.unset("admins", "boss")
    plaster = basic_auth("nurse", "plaster")
    assert [wire.ask("GET", "/_session", auth=each).status for each in (NURSE, boss, plaster)] == [401, 401, 200]


def test_state(couch: CouchDB) -> None:
    """A document, the security and a database of the same name are another state; what was only read is the same."""
    database = couch.create("some")
    states = [couch.state_behind("some")]
    database.put({"_id": "a"})
    assert couch.state_behind("some") == couch.state_behind("some")
    states.append(couch.state_behind("some"))
    database.security = dict(database.security)
    states.append(couch.state_behind("some"))
    couch.drop("some")
    states.append(couch.state_behind("some"))
    couch.create("some").put({"_id": "b"})
    states.append(couch.state_behind("some"))
    assert len(set(states)) == len(states)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "person"}, "doc.type must be user"),
        ({"name": ""}, "doc.name is required"),
        ({"roles": None}, "doc.roles must be an array"),
        ({"name": "doctor"}, "Doc ID must be of the form org.couchdb.user:name"),
        ({"roles": ["_admin"]}, "No system roles (starting with underscore) in users db."),
    ],
)
def test_users_are_validated(wire: Wire, change: dict[str, Any], reason: str) -> None:
    """What does not describe a user is not stored."""
    user = {"name": "nurse", "type": "user", "roles": []}
    answer = wire.ask("PUT", "/_users/org.couchdb.user:nurse", user | change)
    assert (answer.status, answer.json) == (403, {"error": "forbidden", "reason": reason})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/medic", 403),
        ("GET", "/_users/org.couchdb.user:nurse", 403),
        ("GET", "/_all_dbs", 401),
        ("PUT", "/new", 401),
        ("GET", "/_node/_local/_config/couch_httpd_auth/secret", 401),
        ("GET", "/shared/_all_docs", 200),
        ("PUT", "/shared/_design/x", 403),
        ("PUT", "/shared/_security", 403),
        ("POST", "/shared/_bulk_docs", 403),
    ],
)
def test_users_may_little(wire: Wire, couch: CouchDB, method: str, path: str, status: int) -> None:
    """A user reads the databases whose members have one of her roles, and administers nothing."""
    couch.add_user("nurse", "bandage", ["gateway"])
    couch.create("shared").security = {"members": {"roles": ["gateway"]}, "admins": {"names": ["boss"]}}
    body = {"PUT": "{}", "POST": '{"docs":[{"_id":"_design/x"}]}'}.get(method)
    assert wire.ask(method, path, body=body, auth=NURSE).status == status


EMIT_UUIDS = "function (doc) { doc.tasks.forEach(t => t.messages.forEach(m => emit(m.uuid, null))); }"


def test_installed_over_the_wire(wire: Wire) -> None:
    """A client that installs design documents itself gets what their functions emit."""
    wire.ask("PUT", "/other")
    wire.ask("PUT", "/other/_design%2Fmedic-sms", {"views": {"messages_by_uuid": {"map": EMIT_UUIDS}}})
    wire.ask("PUT", "/other/r1", {"tasks": [{"messages": [{"uuid": "u1"}]}]})
    page = wire.ask("GET", '/other/_design/medic-sms/_view/messages_by_uuid?keys=["u1"]').json
    assert page == {"total_rows": 1, "offset": 0, "rows": [{"id": "r1", "key": "u1", "value": None}]}


def test_overtaken_write(wire: Wire, medic: Database) -> None:
    """A client that is overtaken gets a conflict, and finds a newer revision when it looks."""
    rev = wire.ask("PUT", "/medic/x", {"n": 1}).json["rev"]
    medic.conflict_next(1, "x")
    assert wire.ask("PUT", "/medic/x", {"n": 2, "_rev": rev}).json == CONFLICT
    assert wire.ask("GET", "/medic/x").json["_rev"].startswith("2-")


def test_secret(wire: Wire) -> None:
    """The secret of the vault is read from the configuration (spec 3.2)."""
    assert wire.ask("GET", "/_node/_local/_config/couch_httpd_auth/secret").json == "0123456789abcdef-secret"


def test_secret_is_hidden(couch: CouchDB, journal: Journal) -> None:
    """The secret of the vault never leaves the journal, wherever it turns up."""
    couch.configure("couch_httpd_auth", "secret", "rotated-secret")
    texts = [f"x {secret} x" for secret in ("0123456789abcdef-secret", "rotated-secret")]
    assert [journal.redact(text) for text in texts] == ["x [hidden] x"] * 2


def test_configuration(wire: Wire) -> None:
    """A value of the configuration is set, read and removed; each time the former value comes back."""
    path = "/_node/nonode@nohost/_config/medic-credentials/rapidpro"
    assert [wire.ask("PUT", path, value).json for value in ("a", "b")] == ["", "a"]
    assert [wire.ask("DELETE", path).json, wire.ask("GET", path).status] == ["b", 404]


def test_new_admin(wire: Wire) -> None:
    """Who is in the configuration's list of administrators is one."""
    wire.ask("PUT", "/_node/_local/_config/admins/boss", "secret")
    context = wire.ask("GET", "/_session", auth=basic_auth("boss", "secret")).json["userCtx"]
    assert context == {"name": "boss", "roles": ["_admin"]}


@pytest.mark.parametrize(
    "path",
    [
        "/medic-vault/credential:rapidpro%3Aincoming",
        "/_users/org.couchdb.user:nurse",
        "//_node/_local/_config/couch_httpd_auth/secret",
        "/_session",
        "/medic-vault/_all_docs",
    ],
)
def test_confidential(wire: Wire, journal: Journal, path: str) -> None:
    """The journal never shows what is in the vault, in a user's document, or in the configuration."""
    wire.ask("GET", path)
    assert journal.exchanges()[-1].response == b"[hidden]"


def test_saved_documents_are_recorded(medic: Database, journal: Journal) -> None:
    """The journal knows which document was saved when."""
    rev = medic.put({"_id": "x"})
    assert journal.where("document.saved", id="x")[0].data == {"db": "medic", "id": "x", "rev": rev}


@pytest.mark.parametrize("status", [401, 404, 409, 413, 429, 500, 502, 503, 504, 599])
def test_failures_are_json(wire: Wire, couch: CouchDB, status: int) -> None:
    """Whatever fails, the answer has an error and a reason (spec 8.1)."""
    from rapidpro_simulator.cht.couch import CouchService

    response = CouchService(couch).error(status, retry_after=3)
    assert response.status == status
    assert isinstance(response.body, bytes)
    assert b'"error":' in response.body


def test_headers_come_from_the_simulation(wire: Wire) -> None:
    """No answer gives away the wall's time."""
    headers = wire.ask("GET", "/").headers
    assert (headers["Date"], headers["Server"]) == ("Mon, 02 Mar 2026 08:00:00 GMT", "CouchDB/3.5.0 (Erlang OTP/26)")


def test_databases(wire: Wire) -> None:
    """A database is created and dropped."""
    assert wire.ask("PUT", "/medic-x").status == 201
    assert "medic-x" in wire.ask("GET", "/_all_dbs").json
    assert wire.ask("DELETE", "/medic-x").json == {"ok": True}
    assert wire.ask("HEAD", "/medic-x").status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/medic/_purge"),
        ("POST", "/_replicate"),
        ("GET", "/medic/_design/medic/_show/x"),
        ("GET", "/medic/_design/medic/_nouveau/reports"),
    ],
)
def test_not_simulated(wire: Wire, method: str, path: str) -> None:
    """What the simulator cannot do it refuses, and says so."""
    answer = wire.ask(method, path, {} if method == "POST" else None)
    assert (answer.status, answer.json["error"]) == (501, "not_simulated")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=1", ["_replicator"]),
        ('startkey="medic-l"&limit=2', ["medic-logs", "medic-sentinel"]),
        ("descending=true&limit=1", ["medic-vault"]),
    ],
)
def test_all_databases(wire: Wire, query: str, expected: list[str]) -> None:
    """The names of databases are selected like those of documents."""
    assert wire.ask("GET", f"/_all_dbs?{query}").json == expected


def test_several_queries(wire: Wire) -> None:
    """Several queries are answered at once, of documents and of views."""
    wire.ask("PUT", "/medic/r1", {"type": "data_record", "tasks": [{"messages": [{"uuid": "u1"}]}]})
    queries = {"queries": [{"keys": ["u1"]}, {"limit": 0}]}
    views = wire.ask("POST", "/medic/_design/medic-sms/_view/messages_by_uuid/queries", queries).json["results"]
    assert [len(page["rows"]) for page in views] == [1, 0]
    documents = wire.ask("POST", "/medic/_all_docs/queries", {"queries": [{"keys": ["r1"]}, {"startkey": "r"}]}).json
    assert [[row["id"] for row in page["rows"]] for page in documents["results"]] == [["r1"], ["r1"]]


def test_design_and_local_documents(wire: Wire) -> None:
    """Design documents and local documents have lists of their own."""
    wire.ask("PUT", "/medic/_local/position", {"value": 1})
    designs = wire.ask("GET", "/medic/_design_docs").json
    assert "_design/medic" in [row["id"] for row in designs["rows"]]
    assert [row["id"] for row in wire.ask("GET", "/medic/_local_docs").json["rows"]] == ["_local/position"]


def test_functions_log_to_the_journal(wire: Wire, journal: Journal) -> None:
    """What functions of design documents log, and their errors, are in the journal."""
    wire.ask("PUT", "/other")
    wire.ask("PUT", "/other/_design/d", {"views": {"v": {"map": "function (doc) { log('seen'); doc.none.at; }"}}})
    wire.ask("PUT", "/other/a", {})
    assert wire.ask("GET", "/other/_design/d/_view/v").json["rows"] == []
    logged = [(entry.data["db"], entry.data["design"], entry.data["text"]) for entry in journal.where("couchdb.log")]
    error = "function raised exception (TypeError: cannot read property 'at' of undefined) with doc._id a"
    assert logged == [("other", "d", "seen"), ("other", "d", error)]


def test_validation_knows_who_asks(wire: Wire, couch: CouchDB) -> None:
    """A validation is asked about whoever is logged in, and its refusal is the answer."""
    nurse = couch.add_user("nurse", "pw", ["mm-online"])
    wire.ask("PUT", "/other")
    wire.ask("PUT", "/other/_security", {})
    validate = "function (doc, old, user) { if (user.name === 'nurse') throw { forbidden: toJSON(user) }; }"
    wire.ask("PUT", "/other/_design/d", {"validate_doc_update": validate})
    answer = wire.ask("PUT", "/other/a", {}, auth=basic_auth("nurse", "pw"))
    assert (answer.status, answer.json["error"]) == (403, "forbidden")
    assert json.loads(answer.json["reason"]) == {"db": "other", "name": nurse.name, "roles": ["mm-online"]}
    assert wire.ask("PUT", "/other/a", {}).status == 201
