"""JavaScript in app settings: where it is, and whether it compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import EPOCH, JavaScriptError, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .complaints import Complaints

EXPRESSIONS = {
    ("outbound", "*", "relevant_to"),
    ("outbound", "*", "mapping", "*", "expr"),
    ("registrations", "*", "events", "*", "bool_expr"),
    ("patient_reports", "*", "validations", "list", "*", "bool_expr"),
    ("death_reporting", "bool_expr"),
    ("alerts", "*", "condition"),
    ("multi_report_alerts", "*", "is_report_counted"),
    ("tasks", "rules"),
    ("contact_summary",),
    ("purge", "fn"),
}
"""Places in the settings whose texts are JavaScript: expressions, functions, or bodies of them (cht-sentinel 13)."""
COMPILE = "source => { Function(source.startsWith('function') ? `(${source})` : source) }"


def check_expressions(settings: dict[str, Any], origins: Mapping[str, str], complaints: Complaints) -> None:
    """Complain about each text that does not compile. None is run."""
    found = [(path[0], *each) for path in sorted(EXPRESSIONS) for each in _found(settings, path, "")]
    if not found:
        return
    compile_text = Sandbox(lambda: EPOCH).function(COMPILE)
    for section, key, text in found:
        try:
            compile_text(text)
        except JavaScriptError as error:
            complaints.error(origins.get(section, ""), key, f"is no JavaScript: {error}")


def _found(value: Any, path: tuple[str, ...], key: str) -> Iterator[tuple[str, str]]:
    if not path:
        if isinstance(value, str) and value.strip():
            yield key, value
        return
    name, *rest = path
    for each, part in _parts(value, name):
        yield from _found(part, tuple(rest), f"{key}.{each}" if key else each)


def _parts(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items() if name == "*" else [(name, value[name])] if name in value else ()
    elif isinstance(value, list) and name == "*":
        yield from ((str(number), part) for number, part in enumerate(value))
