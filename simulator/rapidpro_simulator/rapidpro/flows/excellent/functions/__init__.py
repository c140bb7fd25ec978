"""The functions of the language by name. Importing this package registers all of them."""

from __future__ import annotations

from .calls import (
    ANY,
    ARRAY,
    BOOLEAN,
    DATE,
    DATETIME,
    FUNCTION,
    FUNCTIONS,
    INTEGER,
    NUMBER,
    OBJECT,
    TEXT,
    TIME,
    Kind,
    function,
)

# These register their functions, and use the names above.
from . import arrays, dates, formatting, logic, numbers, objects, other, tests, text  # isort: skip  # noqa: F401

__all__ = [
    "ANY",
    "ARRAY",
    "BOOLEAN",
    "DATE",
    "DATETIME",
    "FUNCTION",
    "FUNCTIONS",
    "INTEGER",
    "NUMBER",
    "OBJECT",
    "TEXT",
    "TIME",
    "Kind",
    "function",
]
