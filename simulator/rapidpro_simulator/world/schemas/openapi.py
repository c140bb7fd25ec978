"""OpenAPI 3.1 documents of our hosts, made of the schemas of their exchanges: nothing is described a second time.

A service says which operations it has; what a schema is in a file is a component of the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from .documents import bundled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .documents import Schemas

PATH: Final = "/openapi.json"
"""Where our hosts serve their document; the real services have no such path."""

VERSION: Final = "3.1.0"

Content = Mapping[str, str | None]
"""What a body can be: the name of its schema by content type, None where it is no JSON."""

_PLACE = "#/components/schemas/"
_ONLY_IN_FILES = frozenset({"$schema", "$comment", "$defs"})
_UNKNOWN = "absent"


@dataclass(frozen=True)
class Answer:
    """One status of an operation, with what its body can be, and schemas of headers by their names."""

    description: str
    content: Content = field(default_factory=dict)
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One method of a path, whose variable segments are in braces. `query` is the schema of the whole query.

    `security` are the names of the schemes of which one is enough; None where they are those of the whole host.
    """

    method: str
    path: str
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    query: str | None = None
    body: Content = field(default_factory=dict)
    security: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        return "_".join((self.method.lower(), *re.findall(r"[A-Za-z0-9]+", self.path.removesuffix(".json"))))


@dataclass(frozen=True)
class Description:
    """A host as a whole. `service` is the folder of its schemas, `endings` their variants that hold for it.

    `tags` are descriptions, `schemes` of security as OpenAPI has them, of which any one in `security` is enough.
    """

    title: str
    version: str
    text: str
    service: str
    endings: tuple[str, ...]
    tags: Mapping[str, str]
    schemes: Mapping[str, Mapping[str, str]]
    security: tuple[str, ...]
    operations: tuple[Operation, ...]


def document(description: Description, schemas: Schemas | None = None) -> dict[str, Any]:
    """Return the OpenAPI document of a host, ready for JSON."""
    components = _Components(schemas or bundled(), description.service, description.endings)
    paths: dict[str, dict[str, Any]] = {}
    for operation in description.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, components)
    return {
        "openapi": VERSION,
        "info": {"title": description.title, "version": description.version, "description": description.text},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in description.tags.items()],
        "security": [{name: []} for name in description.security],
        "paths": paths,
        "components": {
            "securitySchemes": dict(description.schemes),
            "schemas": dict(sorted(components.schemas.items())),
        },
    }


def _operation(operation: Operation, components: _Components) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation.path), *components.parameters(operation.query)],
        "responses": {str(status): _answer(each, components) for status, each in sorted(operation.answers.items())},
    }
    if operation.body:
        told["requestBody"] = {"content": _content(operation.body, components)}
    if operation.security is not None:
        told["security"] = [{name: []} for name in operation.security]
    return told


def _path_parameters(path: str) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _answer(answer: Answer, components: _Components) -> dict[str, Any]:
    told: dict[str, Any] = {"description": answer.description}
    if answer.headers:
        told["headers"] = {name: {"schema": schema} for name, schema in answer.headers.items()}
    if answer.content:
        told["content"] = _content(answer.content, components)
    return told


def _content(content: Content, components: _Components) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    return {kind: text if name is None else {"schema": components.refer(name)} for kind, name in content.items()}


class _Components:
    """The schemas that a document refers to; each comes in when it is first needed."""

    def __init__(self, schemas: Schemas, service: str, endings: tuple[str, ...]) -> None:
        self.schemas: dict[str, Any] = {}
        self._files = schemas
        self._service = service
        self._endings = endings

    def refer(self, name: str) -> dict[str, str]:
        """Return a reference to the variant of the schema `name` that holds here."""
        return self._refer(f"{self._files.name(name, self._endings)}.json", "")

    def parameters(self, name: str | None) -> Iterable[dict[str, Any]]:
        """Return the parameters that the schema of a query has as properties."""
        if name is None:
            return
        file = f"{self._files.name(name, self._endings)}.json"
        properties, required = self._properties(self._files.documents[file.removesuffix(".json")], file)
        for each, schema in properties.items():
            if not schema.get("$ref", "").endswith(f"/{_UNKNOWN}"):
                yield {"name": each, "in": "query", "schema": schema} | ({"required": True} if each in required else {})

    def _properties(self, schema: dict[str, Any], file: str) -> tuple[dict[str, Any], set[str]]:
        found: dict[str, Any] = {}
        required = set(schema.get("required", ()))
        for part in (*schema.get("allOf", ()), *([schema] if "$ref" in schema else ())):
            target, place = _target(part["$ref"], file)
            inner, also_required = self._properties(self._look_up(target, place), target)
            found |= inner
            required |= also_required
        found |= {name: self._rewritten(each, file) for name, each in schema.get("properties", {}).items()}
        return found, required

    def _refer(self, file: str, place: str) -> dict[str, str]:
        name = self._name(file, place)
        if name not in self.schemas:
            self.schemas[name] = {}  # it may lead back into itself
            self.schemas[name] = self._rewritten(self._look_up(file, place), file)
        return {"$ref": _PLACE + name}

    def _name(self, file: str, place: str) -> str:
        service, _, document = file.removesuffix(".json").partition("/")
        names = [*([] if service == self._service else [service]), *([] if document == "definitions" else [document])]
        return ".".join([*names, *([place.rpartition("/")[2]] if place else [])])

    def _look_up(self, file: str, place: str) -> dict[str, Any]:
        found = self._files.documents[file.removesuffix(".json")]
        for step in place.split("/")[1:]:
            found = found[step]
        return found  # type: ignore[no-any-return]

    def _rewritten(self, schema: Any, file: str) -> Any:
        if isinstance(schema, list):
            return [self._rewritten(each, file) for each in schema]
        if not isinstance(schema, dict):
            return schema
        kept = {key: self._rewritten(each, file) for key, each in schema.items() if key not in _ONLY_IN_FILES}
        if isinstance(schema.get("$ref"), str):
            kept |= self._refer(*_target(schema["$ref"], file))
        return kept


def _target(reference: str, file: str) -> tuple[str, str]:
    """Return the file and the place in it that a reference within `file` leads to."""
    target, _, place = urljoin(f"/{file}", reference).removeprefix("/").partition("#")
    return target, place
