"""What we know to differ from the real engine: test id (`test_functions.py::test_name[case]`) and the reason.

Each entry is a strict expected failure: when it passes, it has to leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPECTED_FAILURES: Mapping[str, str] = {
    "test_functions.py::test_function_gives_what_the_real_one_gives[array-14]": (
        "the data lost this row's arguments: what it repeats, and how often"
    ),
}
