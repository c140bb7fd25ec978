"""Archives: the files into which the archiver puts old messages and runs, one a day, then one a month (rapidpro 6.8).

Every day that is past the retention has its two archives, also where nothing happened on it.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rapidpro_simulator.world.clock import Clock

    from .settings import Settings

MESSAGE, RUN = "message", "run"
KINDS = (MESSAGE, RUN)
DAILY, MONTHLY = "daily", "monthly"
ARCHIVING = timedelta(minutes=1)
"""How long after midnight (UTC) the archiver comes."""

_DAY = timedelta(days=1)
_GZIP_HEADER = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
_LARGEST_BLOCK = 65_535


class ArchiveKey(NamedTuple):
    """What an archive holds, of which period, and from which day on."""

    kind: str
    period: str
    start_date: date


class Archive:
    """A file with a line of JSON for each record; `size` in bytes. An empty archive has no file, and no hash."""

    def __init__(self, key: ArchiveKey) -> None:
        self.key = key
        self.record_count = 0
        self.size = 0
        self.hash: str | None = None
        self._packed = zlib.compress(b"")

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write further records at the end."""
        lines = [json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for record in records]
        self._write(self._text + b"".join(lines), self.record_count + len(lines))

    def merge(self, others: Iterable[Archive]) -> None:
        """Take over the records of other archives, in their order."""
        for other in others:
            self._write(self._text + other._text, self.record_count + other.record_count)

    @property
    def content(self) -> bytes:
        """The file, in the format of gzip."""
        return _stored(self._text)

    @property
    def file_name(self) -> str:
        """What the file is called, by what it holds."""
        letter, form = ("D", "%Y%m%d") if self.key.period == DAILY else ("M", "%Y%m")
        return f"{self.key.kind}_{letter}{self.key.start_date.strftime(form)}_{self.hash}.jsonl.gz"

    @property
    def _text(self) -> bytes:
        return zlib.decompress(self._packed)

    def _write(self, text: bytes, record_count: int) -> None:
        if not record_count:
            return
        content = _stored(text)
        self._packed = zlib.compress(text)
        self.record_count = record_count
        self.size = len(content)
        self.hash = hashlib.md5(content, usedforsecurity=False).hexdigest()


class Archives:
    """The archives of a workspace, from the day of its creation on."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._next = clock.now().date()  # the first day of which there are no archives yet
        self._known: dict[ArchiveKey, Archive] = {}

    def write(self, kind: str, records: Iterable[tuple[datetime, Mapping[str, Any]]]) -> None:
        """Archive records, each of an instant, which ascend."""
        for day, dated in groupby(records, key=lambda each: each[0].date()):
            month = self._known.get(ArchiveKey(kind, MONTHLY, day.replace(day=1)))
            archive = month or self._archive(ArchiveKey(kind, DAILY, day))
            archive.add(record for _, record in dated)

    def listed(self) -> list[Archive]:
        """Return the archives, the oldest first; days of a month that has one of its own are gone into that."""
        self._complete()
        return sorted(self._known.values(), key=lambda each: (each.key.start_date, KINDS.index(each.key.kind)))

    def _complete(self) -> None:
        while self._next <= self._last_day():
            for kind in KINDS:
                self._archive(ArchiveKey(kind, DAILY, self._next))
            self._next += _DAY
            if self._next.day == 1:
                self._roll_up((self._next - _DAY).replace(day=1))

    def _last_day(self) -> date:
        return (self._clock.now() - ARCHIVING).date() - timedelta(days=self._settings.retention_days + 1)

    def _roll_up(self, month: date) -> None:
        for kind in KINDS:
            days = [ArchiveKey(kind, DAILY, month + number * _DAY) for number in range(31)]
            month_of = [key for key in days if key in self._known and key.start_date.month == month.month]
            self._archive(ArchiveKey(kind, MONTHLY, month)).merge([self._known.pop(key) for key in month_of])

    def _archive(self, key: ArchiveKey) -> Archive:
        return self._known.setdefault(key, Archive(key))


def _stored(text: bytes) -> bytes:
    """Return a gzip file of blocks that are stored: compressed ones would differ from one zlib to another."""
    blocks = [text[start : start + _LARGEST_BLOCK] for start in range(0, len(text), _LARGEST_BLOCK)] or [b""]
    last = len(blocks) - 1
    body = b"".join(
        struct.pack("<BHH", number == last, len(block), len(block) ^ 0xFFFF) + block
        for number, block in enumerate(blocks)
    )
    return _GZIP_HEADER + body + struct.pack("<II", zlib.crc32(text), len(text) & 0xFFFFFFFF)
