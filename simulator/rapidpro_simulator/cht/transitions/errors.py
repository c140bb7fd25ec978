"""What goes wrong in a transition, or already in its configuration."""

from __future__ import annotations


class ConfigurationError(Exception):
    """The settings of a transition keep it, and with it all others, from running; the text is CHT's."""


class TransitionError(Exception):
    """A transition gives up a document. `changed`: what it did to the document so far is saved all the same."""

    def __init__(self, text: str, *, changed: bool = False) -> None:
        super().__init__(text)
        self.changed = changed
