"""CouchDB as CHT uses it: documents with revisions and conflicts, changes, views, sessions, and the wire.

Attachments and JavaScript are not simulated: views are Python functions (`medic`).
"""

from .database import Database
from .errors import BadRequest, Conflict, CouchError, Forbidden, NotFound, Unauthorized
from .server import CouchDB
from .service import CouchService
from .users import User
from .views import View

__all__ = [
    "BadRequest",
    "Conflict",
    "CouchDB",
    "CouchError",
    "CouchService",
    "Database",
    "Forbidden",
    "NotFound",
    "Unauthorized",
    "User",
    "View",
]
