"""Scenarios that were found are no tests of ours: they fail with the gateway that they were found with."""

from __future__ import annotations

collect_ignore_glob = ["found/*"]
