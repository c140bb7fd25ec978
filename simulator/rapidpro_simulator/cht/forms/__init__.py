"""Reports that arrive as a text message or as a record, as CHT stores them before its transitions (cht 1.7, 1.8, 9.1).

Pure: nothing here knows of HTTP or databases.
"""

from __future__ import annotations

from .code import form_code
from .dates import read_date
from .reports import RecordRefusedError, report_of_message, report_of_record
from .surroundings import Surroundings

__all__ = ["RecordRefusedError", "Surroundings", "form_code", "read_date", "report_of_message", "report_of_record"]
