"""What somebody asked for cannot be done, and the text says why: the one error that the command line prints."""

from __future__ import annotations


class UsageError(ValueError):
    """A wrong option, file or question; its text is a sentence that helps."""
