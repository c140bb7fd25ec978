"""`registration`: what the settings want done with a report of a form (cht-sentinel 5.3)."""

from .transition import REGISTRATION

__all__ = ["REGISTRATION"]
