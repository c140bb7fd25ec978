"""CouchDB as CHT uses it: documents with revisions and conflicts, changes, views, sessions, and the wire.

    couch = CouchDB(Context(clock, seed, journal), admin=("admin", "pass"))
    medic = couch.install_cht("5.2.0")
    medic.put({"_id": "r1", "type": "data_record"})
    network.attach("couchdb", CouchService(couch))

Design documents are JavaScript (`query_server`), CHT's own among them (`cht_designs`).
"""

from .database import Database
from .errors import BadRequest, Conflict, CouchError, Forbidden, NotFound, Unauthorized
from .server import CouchDB
from .service import CouchService
from .users import CouchUser

__all__ = [
    "BadRequest",
    "Conflict",
    "CouchDB",
    "CouchError",
    "CouchService",
    "CouchUser",
    "Database",
    "Forbidden",
    "NotFound",
    "Unauthorized",
]
