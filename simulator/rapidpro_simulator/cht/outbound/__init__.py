"""Outbound push: what CHT tells other systems about its documents, such as which RapidPro flow to start (cht 10)."""

from .configuration import OutboundError, Push, pushes
from .pushing import Outbound

__all__ = ["Outbound", "OutboundError", "Push", "pushes"]
