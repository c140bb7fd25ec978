"""What every test of this repository has: Hypothesis that draws the same examples each time, and pytester."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["pytester"]

settings.register_profile("rapidsim", derandomize=True, deadline=None)
settings.load_profile("rapidsim")
