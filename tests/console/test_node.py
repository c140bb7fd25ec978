"""Another process, in another language, drives all of the control API."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.patience import PATIENCE

from .api import ENDPOINTS, TOKEN

if TYPE_CHECKING:
    from .api import Api

NODE = shutil.which("node")
SCRIPT = Path(__file__).with_name("drive.mjs")
FLOWS = Path(__file__).parents[2] / "fixtures" / "flows" / "registration.json"


@pytest.mark.skipif(NODE is None, reason="there is no node on this machine (Debian: nodejs)")
def test_node(api: Api) -> None:
    """A script of Node, with nothing but `fetch`, asks every endpoint and gets what it expects."""
    assert NODE is not None
    ended = subprocess.run(
        [NODE, SCRIPT, api.url, TOKEN, FLOWS], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, f"{len(ENDPOINTS)} endpoints\n"), ended.stderr
