"""Marks the known differences; see exceptions.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from .exceptions import EXPECTED_FAILURES

_FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == _FOLDER:
            reason = EXPECTED_FAILURES.get(f"{item.path.name}::{item.name}")
            if reason is not None:
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
