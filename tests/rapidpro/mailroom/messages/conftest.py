from __future__ import annotations

import pytest


@pytest.fixture
def generation() -> str:
    """Name one generation; what differs between them says so by parametrising."""
    return "community"
