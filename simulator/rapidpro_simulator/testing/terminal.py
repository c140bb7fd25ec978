"""A terminal to tell a story on: plain ANSI colours where it has them, and pauses for the reader."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, str] = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
FULL, EMPTY = "█", "░"
TIGHT = 0.8  # the share of a quota from which on it is tight


class Terminal:
    """Where the lines go.

    Colours need a terminal that is not told otherwise by NO_COLOR or TERM=dumb; pauses need one as well.
    """

    def __init__(self, stream: TextIO, *, color: bool = True, fast: bool = False) -> None:
        self._stream = stream
        interactive = stream.isatty()
        self._color = color and interactive and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._slow = interactive and not fast
        self._draws = interactive and os.environ.get("TERM") != "dumb"
        self._drawn = ""
        self.paused = 0.0  # real seconds that the reader was given so far

    def say(self, text: str = "", pause: float = 0.0) -> None:
        """Write one line, and give the reader `pause` seconds."""
        self._stream.write(self._erased() + text + "\n")
        self._stream.flush()
        if self._slow and pause:
            time.sleep(pause)
            self.paused += pause

    def draw(self, text: str) -> None:
        """Show `text` below the last line until the next one is said or drawn; do nothing where that cannot be done."""
        if self._draws:
            columns = shutil.get_terminal_size().columns
            self._stream.write(self._erased() + text[: columns - 1])
            self._stream.flush()
            self._drawn = text

    def _erased(self) -> str:
        drawn, self._drawn = self._drawn, ""
        return "\r\033[K" if drawn else ""

    def paint(self, text: str, *styles: str) -> str:
        """Return `text` in `styles`, keys of `CODES`."""
        if not self._color or not styles:
            return text
        return f"\033[{';'.join(CODES[style] for style in styles)}m{text}\033[0m"

    def meter(self, used: int, limit: int, width: int = 40) -> str:
        """Return a bar of `width` characters that is as full as `used` of `limit`."""
        color = "red" if used >= limit else "yellow" if used >= TIGHT * limit else "green"
        filled = FULL * (width * used // limit)
        return self.paint(filled, color) + self.paint(EMPTY * (width - len(filled)), "dim")
