"""Vectors recorded from CHT's own code: beside the checkout in `../shared/conformance`, or under CONFORMANCE_DATA."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cht.vectors.expected_failures import EXPECTED_FAILURES

FOLDER = Path(os.environ.get("CONFORMANCE_DATA") or Path(__file__).parents[4] / "shared" / "conformance") / "cht"


def vectors(name: str) -> list[Any]:
    """Return a file's vectors by their ids, those known to fail as such; without the data one that is skipped."""
    path = FOLDER / name
    if not path.exists():
        absent = pytest.mark.skip(reason=f"the vectors of CHT's own code are not here: {path} (CONFORMANCE_DATA)")
        return [pytest.param(None, marks=absent, id="absent")]
    with path.open(encoding="utf-8") as lines:
        return [_parameter(json.loads(line)) for line in lines]


def _parameter(vector: dict[str, Any]) -> Any:
    reason = EXPECTED_FAILURES.get(vector["id"])
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(vector, marks=marks, id=vector["id"])


def task_vectors() -> list[Any]:
    """Return the vectors of the folder `sentinel` that are about tasks on a phone."""
    folder = FOLDER / "sentinel"
    if not folder.exists():
        absent = pytest.mark.skip(reason=f"the vectors of CHT's own code are not here: {folder} (CONFORMANCE_DATA)")
        return [pytest.param(None, marks=absent, id="absent")]
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("task-*.json"))]
    return [_parameter(vector) for vector in read]
