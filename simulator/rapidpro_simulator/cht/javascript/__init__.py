"""JavaScript as CHT and CouchDB need it: what it thinks of JSON values, and an engine that runs it in frozen time."""

from rapidpro_simulator.cht.javascript.engine import Sandbox
from rapidpro_simulator.cht.javascript.errors import UNDEFINED, JavaScriptError, JavaScriptTimeout, Undefined
from rapidpro_simulator.cht.javascript.regexes import compile_pattern, is_match, replace_first
from rapidpro_simulator.cht.javascript.values import (
    EPOCH,
    WHITE_SPACE,
    as_number,
    as_object,
    as_text,
    compact,
    is_deeply_equal,
    is_identical,
    is_index,
    is_truthy,
    length_of,
    milliseconds,
    parse_json,
    trim,
)

__all__ = [
    "EPOCH",
    "UNDEFINED",
    "WHITE_SPACE",
    "JavaScriptError",
    "JavaScriptTimeout",
    "Sandbox",
    "Undefined",
    "as_number",
    "as_object",
    "as_text",
    "compact",
    "compile_pattern",
    "is_deeply_equal",
    "is_identical",
    "is_index",
    "is_match",
    "is_truthy",
    "length_of",
    "milliseconds",
    "parse_json",
    "replace_first",
    "trim",
]
