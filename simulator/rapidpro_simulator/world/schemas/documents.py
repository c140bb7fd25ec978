"""The schemas are files, `fixtures/schemas/<service>/<endpoint>.<direction>.json`, found by their names."""

from __future__ import annotations

import json
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from .urls import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

    from .checks import Checks
    from .violations import Violation


class Schemas:
    """The schemas in a folder (default: ours), each under its path without `.json`."""

    def __init__(self, folder: Traversable | None = None) -> None:
        self.documents = dict(_read_folder(folder or find_folder()))

    @cached_property
    def _checks(self) -> Checks:
        from .checks import Checks  # with jsonschema, which takes as long to import as all schemas to read

        return Checks(self.documents, self.inlined)

    def name(self, schema: str, endings: Iterable[str] = ()) -> str:
        """Return the name of the first variant of `schema` that there is (`schema.ending`); else its own."""
        candidates = (f"{schema}.{ending}" for ending in endings)
        return next((name for name in candidates if name in self.documents), schema)

    def check(self, name: str, instance: Any) -> list[Violation]:
        """Return what is wrong with `instance`. Raises `KeyError` where there is no schema called `name`."""
        return self._checks.check(name, instance)

    def inlined(self, name: str) -> Any:
        """Return a schema with what it refers to in the place of each reference."""
        return self._inline(self.documents[name], f"{name}.json", ())

    def _inline(self, schema: Any, file: str, within: tuple[str, ...]) -> Any:
        # To look a reference up takes far longer than to check what it refers to, so each is put in its place
        # beforehand; only one that leads back into itself stays.
        if isinstance(schema, list):
            return [self._inline(each, file, within) for each in schema]
        if not isinstance(schema, dict):
            return schema
        rest = {key: self._inline(value, file, within) for key, value in schema.items() if key not in {"$ref", "$defs"}}
        if "$ref" not in schema:
            return rest
        target, _, place = urljoin(f"/{file}", schema["$ref"]).removeprefix("/").partition("#")
        reference = f"{target}#{place}"
        if reference in within:
            return {"$ref": BASE + reference}
        found = self.documents[target.removesuffix(".json")]
        for step in place.split("/")[1:]:
            found = found[step]
        inlined = self._inline(found, target, (*within, reference))
        return {**rest, "allOf": [*rest.get("allOf", ()), inlined]} if rest else inlined


def find_folder() -> Traversable:
    """Return the folder of the schemas: in the installed package, or at the top of the checkout."""
    try:
        return files("rapidpro_simulator.fixtures") / "schemas"
    except ModuleNotFoundError:
        return Path(__file__).parents[4] / "fixtures" / "schemas"


def _read_folder(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _read_folder(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".json"):
            yield prefix + entry.name.removesuffix(".json"), json.loads(entry.read_text(encoding="utf-8"))


@cache
def bundled() -> Schemas:
    """Return our own schemas; they are read once."""
    return Schemas()
