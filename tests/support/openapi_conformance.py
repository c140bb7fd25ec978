"""Asks a host whatever its OpenAPI document can mean, by schemathesis, and holds its answers against the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import requests

    from rapidpro_simulator.world.network import Network

    Check = Callable[[schemathesis.Case[Any], schemathesis.Response], None]

NAMES = ("content_type", "response_headers", "response_schema", "status_code")

load_all_checks()
CHECKED: list[Any] = CHECKS.get_by_names([f"{name}_conformance" for name in NAMES])


class Conformance:
    """The host of `network` at the URL `base`, as its `document` has it; `session` knows the way there.

    `known` are values that it knows, by the name of their schema, or of the segment of a path that they are: of what is
    drawn at random nearly nothing exists.
    """

    def __init__(
        self,
        network: Network,
        base: str,
        session: requests.Session,
        document: dict[str, Any],
        known: Mapping[str, Sequence[Any]],
    ) -> None:
        self._network = network
        self._base = base
        self._session = session
        schemas = document["components"]["schemas"]
        for name in schemas.keys() & known.keys():
            schemas[name] = _prefer(known[name], schemas[name])
        for operation in (each for path in document["paths"].values() for each in path.values()):
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in known:
                    parameter["schema"] = _prefer(known[parameter["name"]], parameter["schema"])
        self._schema = schemathesis.openapi.from_dict(document)

    def hold(self, mode: GenerationMode, check: Check, *, examples: int = 4) -> None:
        """Ask each operation so many times, with what is valid or invalid by `mode`; `check` all answers, too."""
        for found in self._schema.get_all_operations():
            operation: Any = found.ok()  # type: ignore[union-attr]  # the document is valid
            self._hold(operation.as_strategy(generation_mode=mode), mode, check, examples)

    def _hold(self, cases: Any, mode: GenerationMode, check: Check, examples: int) -> None:
        @settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=cases)
        def ask(case: schemathesis.Case[Any]) -> None:
            response = case.call(base_url=self._base, session=self._session)
            assert not self._network.errors
            case.validate_response(response, checks=CHECKED)
            check(case, response)

        try:
            ask()
        except Unsatisfiable:  # what has no parameters can have no wrong ones
            assert mode is GenerationMode.NEGATIVE


def _prefer(values: Sequence[Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"enum": list(values)}, schema]}
