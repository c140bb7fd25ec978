"""What is wrong with an instance, as the libraries that know JSON Schema find it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from .compiled import compile_schema
from .urls import name_of, url_of
from .violations import violation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .violations import Violation

COMPILED_AFTER = 50  # checks, which take about as long as to compile a schema


class Checks:
    """Holds instances against the schemas in `documents`; one that is used often is compiled.

    `inlined` returns a schema by its name, with what it refers to in the place of each reference.
    """

    def __init__(self, documents: Mapping[str, Any], inlined: Callable[[str], Any]) -> None:
        self._documents = documents
        self._inlined = inlined
        self._registry = Registry().with_resources(
            (url_of(name), Resource.from_contents(schema)) for name, schema in documents.items()
        )
        self._validators: dict[str, Draft202012Validator] = {}
        self._checks: Counter[str] = Counter()
        self._compiled: dict[str, Callable[[Any], bool]] = {}

    def check(self, name: str, instance: Any) -> list[Violation]:
        """Return what is wrong with `instance`. Raises `KeyError` where there is no schema called `name`."""
        if self._is_right(name, instance):
            return []
        errors = self._validator(name).iter_errors(instance)
        return sorted((violation_of(name, error) for error in errors), key=lambda violation: violation.path)

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

    def _read(self, url: str) -> Any:
        return self._documents[name_of(url)]
