"""The OpenAPI document of the control API, and the API held against it."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from schemathesis import GenerationMode

from tests.support.openapi_conformance import Conformance

from .api import DOCUMENT, ENDPOINTS, TOKEN, Api

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLLOWED = "/v1/worlds/{world}/journal/stream"  # its answer has no end
OWN_FILES = ("journal", "flows")  # of a plan: files of the machine that serves
SHORT = {"days": 1, "hours": 30, "minutes": 90, "seconds": 90}


def test_document() -> None:
    """The document is valid OpenAPI, has every endpoint, and says of each what it does."""
    schemathesis.openapi.from_dict(deepcopy(DOCUMENT)).validate()
    told = {
        (method.upper(), path.removeprefix("/v1")) for path, methods in DOCUMENT["paths"].items() for method in methods
    }
    assert told == set(ENDPOINTS)
    operations = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    assert all(re.fullmatch(r"[A-Z].+\.", operation["summary"]) for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def test_served(api: Api) -> None:
    """Whoever asks gets it, without a token."""
    reply = api.send("GET", "/openapi.json")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert reply.json() == DOCUMENT


class NoDefects:
    """Stands for the network of a simulation: there is none of its own to look at."""

    errors: tuple[Exception, ...] = ()


@pytest.fixture
def conformance(sending: Api) -> Iterator[Conformance]:
    """Return a furnished API whose document names what there is, without what has no end or writes files."""
    document = deepcopy(DOCUMENT)
    del document["paths"][FOLLOWED]
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        body = operation.get("requestBody")
        if body is not None:
            _tame(body["content"]["application/json"]["schema"])
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {TOKEN}"
    network: Any = NoDefects()
    with session:
        yield Conformance(network, sending.url, session, document, {"world": ["main"], "workspace": ["Main"]})


def _tame(schema: dict[str, Any]) -> None:
    """Take files of the machine out of the schema of a body, and let no time pass that takes long."""
    properties = schema.get("properties", {})
    for name in OWN_FILES:
        if name != "flows" or "seed" in properties:
            properties.pop(name, None)
    for name, most in SHORT.items():
        if name in properties:
            properties[name]["maximum"] = most
    for each in properties.values():
        _tame(each)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_requests(conformance: Conformance, mode: GenerationMode) -> None:
    """Whatever is asked, right or wrong, is answered as the document says; nothing breaks, and the worlds live on."""

    def check(_case: object, response: schemathesis.Response) -> None:
        assert response.status_code < 500, response.text

    conformance.hold(mode, check)
