"""What a contact query is refused with: a code, RapidPro's own message, and the parts of it (flows 9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The code decides the words; what stands in braces comes from the error's extra.
_MESSAGES: Mapping[str, str] = {
    "too_complex": "query is too complex",
    "unknown_property_type": "unknown property type '{type}'",
    "unknown_property": "can't resolve '{property}' to attribute, scheme or field",
    "invalid_number": "can't convert '{value}' to a number",
    "invalid_date": "can't convert '{value}' to a date",
    "invalid_group": "'{value}' is not a valid group name",
    "invalid_flow": "'{value}' is not a valid flow name",
    "invalid_status": "'{value}' is not a valid contact status",
    "invalid_language": "'{value}' is not a valid language code",
    "invalid_partial_name": "contains operator on name requires token of minimum length {min_token_length}",
    "invalid_partial_urn": "contains operator on URN requires value of minimum length {min_value_length}",
    "unsupported_contains": "contains conditions can only be used with name or URN values",
    "unsupported_comparison": "comparisons with {operator} can only be used with date and number fields",
    "unsupported_setcheck": "can't check whether '{property}' is set or not set",
    "redacted_urns": "cannot query on redacted URNs",
}


class QueryError(ValueError):
    """A query that cannot be run.

    `code` says why, `message` is what RapidPro tells its user, `extra` are the parts of the message for those who
    translate it.
    """

    def __init__(self, code: str, message: str, extra: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.extra = dict(extra or {})

    @classmethod
    def of(cls, code: str, **extra: str) -> QueryError:
        """Return the error of a code in the words that belong to it (flows 9.2)."""
        return cls(code, _MESSAGES[code].format_map(extra), extra)
