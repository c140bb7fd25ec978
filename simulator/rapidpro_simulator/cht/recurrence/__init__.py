"""Times that come again, as CHT's library for them (`later`) reads them: cron expressions, and English texts."""

from .cron import parse_cron
from .texts import parse_text
from .times import NEVER, RecurrenceError, Times

__all__ = ["NEVER", "RecurrenceError", "Times", "parse_cron", "parse_text"]
