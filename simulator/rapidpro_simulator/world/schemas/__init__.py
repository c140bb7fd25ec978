"""The JSON Schemas of the wire, and the inspector that holds what a gateway sends against them.

`documents` reads the schemas, `checks` applies them, `endpoints` says which request or answer each of them is about,
`inspector` listens to the journal. Which endpoints there are is a table of each service.
"""

from .documents import Schemas, bundled
from .endpoints import FORM, MULTIPART, QUERY, REQUEST, TEXT, EndpointSchemas, WireSchemas
from .inspector import Inspector
from .violations import Violation

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
