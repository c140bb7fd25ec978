"""CHT's sentinel: the process that follows changes, runs the transitions, and makes messages due (cht-sentinel 1)."""

from .context import SentinelContext
from .process import Sentinel

__all__ = ["Sentinel", "SentinelContext"]
