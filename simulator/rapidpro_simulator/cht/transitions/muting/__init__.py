"""`muting`, and `update_notifications` before it: who is muted gets no scheduled messages (cht-sentinel 5.10, 5.12)."""

from .notifications import UPDATE_NOTIFICATIONS
from .transition import MUTING

__all__ = ["MUTING", "UPDATE_NOTIFICATIONS"]
