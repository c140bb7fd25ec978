"""Where the conformance data is: beside the checkout in `../shared/conformance`, or where CONFORMANCE_DATA says."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("CONFORMANCE_DATA") or Path(__file__).parents[5] / "shared" / "conformance")


def load(name: str) -> Any:
    """Read a file of the data, for example `load("functions.json")`; without the data the asking module is skipped."""
    path = _existing(name)
    return json.loads(path.read_text(encoding="utf-8"))


def names(folder: str) -> list[str]:
    """Name the files of a folder of the data, sorted, each with the folder before it as `load` takes it."""
    return [f"{folder}/{path.name}" for path in sorted(_existing(folder).glob("*.json"))]


def _existing(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the data of the real engine is not here: {path} (CONFORMANCE_DATA)", allow_module_level=True)
    return path
