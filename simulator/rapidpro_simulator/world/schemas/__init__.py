"""The JSON Schemas of the wire, and the inspector that holds what a gateway sends against them.

`documents` reads the schemas, `endpoints` says which request or answer each of them is about, `inspector` listens to
the journal. Which endpoints there are is a table of each service.
"""

from .documents import Schemas, Violation, bundled
from .endpoints import FORM, MULTIPART, QUERY, REQUEST, TEXT, EndpointSchemas, WireSchemas
from .inspector import Inspector

__all__ = [
    "FORM",
    "MULTIPART",
    "QUERY",
    "REQUEST",
    "TEXT",
    "EndpointSchemas",
    "Inspector",
    "Schemas",
    "Violation",
    "WireSchemas",
    "bundled",
]
