"""The rules of `validations` in the settings: is what a report says acceptable (cht-sentinel 4.7)."""

from .check import ReportCheck
from .rules import validate

__all__ = ["ReportCheck", "validate"]
