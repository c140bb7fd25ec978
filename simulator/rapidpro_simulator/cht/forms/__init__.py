"""Reports that arrive as a text message or as a record: which form it is, and its fields (cht 1.8, 9.1).

Pure: nothing here knows of HTTP, documents or databases.
"""

from __future__ import annotations

from .code import form_code
from .reading import Reading, read_record, read_text

__all__ = ["Reading", "form_code", "read_record", "read_text"]
