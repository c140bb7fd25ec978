"""Reports of text messages and of records, as CHT's own code stored them before its transitions."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.cht.api.errors import ChtApiError
from rapidpro_simulator.cht.api.records import READERS
from rapidpro_simulator.cht.forms import report_of_message
from tests.cht.vectors.data import vectors
from tests.cht.vectors.reports import surroundings

REFUSALS = {
    "Missing _meta property.": "missing_meta",
    "Missing required field: form": "missing_form",
    "Missing required field: message": "missing_message",
    "Missing required value: from": "missing_from",
}


@pytest.mark.parametrize("vector", vectors("sms_reports.jsonl"))
def test_message(vector: dict[str, Any]) -> None:
    """A text message becomes the report that CHT stores."""
    assert report_of_message(vector["input"]["sms"], surroundings(vector)) == vector["output"]


@pytest.mark.parametrize("vector", vectors("records.jsonl"))
def test_record(vector: dict[str, Any]) -> None:
    """A record, a form or JSON, becomes the report that CHT stores, or is refused as CHT refuses it."""
    assert _stored_or_refused(vector) == vector["output"]


def _stored_or_refused(vector: dict[str, Any]) -> dict[str, Any]:
    read = READERS[vector["input"]["content_type"]]
    try:
        return read(surroundings(vector), vector["input"]["body"])
    except ChtApiError as error:
        details = str(error.details)
        if form := details.partition("Form not found: ")[2]:
            return {"refused": "form_not_found", "form": form}
        return {"refused": REFUSALS[details]}
