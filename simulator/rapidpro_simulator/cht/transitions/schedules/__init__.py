"""Schedules: the tasks that a report is given, and what becomes of them (cht-sentinel 7)."""

from .assigning import assign_schedule
from .clearing import clear_schedules
from .muting import mute_tasks, unmute_tasks

__all__ = ["assign_schedule", "clear_schedules", "mute_tasks", "unmute_tasks"]
