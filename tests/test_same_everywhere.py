"""The same journal on every date, in every time zone and locale, whatever the seed of Python's hashes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.gateways.faketime import library
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]
FEATURES = (
    "sending",
    "templates",
    "webhook",
    "credentials",
    "flows/reminders",
    "flows/campaigns",
    "flows/lookup",
    "flows/keywords",
    "rules/incoming",
)
DATES = ("2026-11-21 10:00:00", "2028-02-29 23:30:00", "2031-12-31 23:59:30", "2038-02-01 00:00:00")
PLACES: tuple[Mapping[str, str], ...] = (
    {"TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
    {"TZ": "America/St_Johns", "LANG": "C", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "12345", "LANG": "C.UTF-8"},
)
LONGEST = 600.0  # real seconds


def journals(folder: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Run the features and the demo with other environment variables; return the hashes of their journals by name."""
    environment = {**os.environ, **variables}
    pytest_options = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--journals", str(folder))
    files = [f"features/{name}.feature" for name in FEATURES]
    for command in (
        ("-m", "pytest", *files, *pytest_options),
        ("-m", "rapidpro_simulator", "demo", "--journal", str(folder / "demo.jsonl")),
    ):
        ended = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, timeout=LONGEST, check=False
        )
        assert ended.returncode == 0, ended.stdout.decode() + ended.stderr.decode()
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.jsonl"))}


@cache
def here_and_now(folder: Path) -> dict[str, str]:
    return journals(folder, {})


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    found = here_and_now(tmp_path_factory.mktemp("here"))
    assert len(found) > 20
    return found


@pytest.mark.parametrize("date", DATES)
def test_any_date(date: str, expected: dict[str, str], tmp_path: Path) -> None:
    """A leap day, the last minute of a year, and what a 32-bit clock cannot tell."""
    try:
        preload = library()
    except UsageError as reason:
        pytest.skip(str(reason))
    faked = {"LD_PRELOAD": str(preload), "FAKETIME": f"@{date}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    assert journals(tmp_path, faked) == expected


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.get("TZ", "hash seed"))
def test_any_place(place: Mapping[str, str], expected: dict[str, str], tmp_path: Path) -> None:
    """Neither the time zone nor the language of the machine is in a journal."""
    assert journals(tmp_path, place) == expected
