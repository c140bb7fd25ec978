"""The schemas are files, `fixtures/schemas/<service>/<endpoint>.<direction>.json`: reading and applying them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from .compiled import compile_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from importlib.resources.abc import Traversable

    from jsonschema.exceptions import ValidationError

LONGEST_MESSAGE = 300  # characters of a complaint: it may quote a whole document
COMPILED_AFTER = 50  # checks, which take about as long as to compile a schema


@dataclass(frozen=True)
class Violation:
    """One thing wrong: which schema it breaks, where (a JSON path), and what is wrong there."""

    schema: str
    path: str
    message: str


class Schemas:
    """The schemas in a folder (default: ours), each under its path without `.json`."""

    def __init__(self, folder: Traversable | None = None) -> None:
        self.documents = dict(_read_folder(folder or find_folder()))
        self._registry = Registry().with_resources(
            (f"{BASE}{name}.json", Resource.from_contents(schema)) for name, schema in self.documents.items()
        )
        self._validators: dict[str, Draft202012Validator] = {}
        self._checks: Counter[str] = Counter()
        self._compiled: dict[str, Callable[[Any], bool]] = {}

    def name(self, schema: str, endings: Iterable[str] = ()) -> str:
        """Return the name of the first variant of `schema` that there is (`schema.ending`); else its own."""
        candidates = (f"{schema}.{ending}" for ending in endings)
        return next((name for name in candidates if name in self.documents), schema)

    def check(self, name: str, instance: Any) -> list[Violation]:
        """Return what is wrong with `instance`. Raises `KeyError` where there is no schema called `name`."""
        if self._is_right(name, instance):
            return []
        errors = self._validator(name).iter_errors(instance)
        found = [Violation(name, _path(error.absolute_path), _shorten(_describe(error))) for error in errors]
        return sorted(found, key=lambda violation: violation.path)

    def _is_right(self, name: str, instance: Any) -> bool:
        """Say whether a schema that is used often, and compiled therefore, finds nothing wrong."""
        compiled = self._compiled.get(name)
        if compiled is None:
            self._checks[name] += 1
            if self._checks[name] <= COMPILED_AFTER:
                return False
            compiled = self._compiled[name] = compile_schema(self._inlined(name), self._read)
        return compiled(instance)

    def _validator(self, name: str) -> Draft202012Validator:
        if name not in self._validators:
            self._validators[name] = Draft202012Validator(self._inlined(name), registry=self._registry)
        return self._validators[name]

    def _inlined(self, name: str) -> Any:
        return self._inline(self.documents[name], f"{name}.json", ())

    def _read(self, url: str) -> Any:
        return self.documents[url.removeprefix(BASE).partition("#")[0].removesuffix(".json")]

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


BASE: Final = "https://rapidpro-simulator.invalid/schemas/"

# Of these the library can only say that something "does not match" or "is not valid under any": where a schema has a
# title, "is not <title>" says more.
SAID_BY_TITLE = frozenset({"pattern", "not", "anyOf"})


def _describe(error: ValidationError) -> str:
    title = error.schema.get("title") if isinstance(error.schema, dict) else None
    if title is None or error.validator not in SAID_BY_TITLE:
        return error.message
    return f"{error.instance!r} is not {title}"


def _path(steps: Iterable[str | int]) -> str:
    # The library has such a path too, but quotes other names in each of its versions.
    path = "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.encode(errors="backslashreplace").decode()  # JSON can name what no file can be written with


def _shorten(message: str) -> str:
    half = LONGEST_MESSAGE // 2
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:half]} … {message[-half:]}"


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
