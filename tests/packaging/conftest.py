"""The projects beside this file are run with the wheel, where nothing else of ours is: see `test_wheel`."""

from __future__ import annotations

collect_ignore = ["clash", "foreign"]
