"""Compressed request bodies, for the services that take them: `Content-Encoding` undone, within a bound."""

from __future__ import annotations

import zlib

GZIP = 16 + zlib.MAX_WBITS
ZLIB = zlib.MAX_WBITS


class BrokenEncodingError(ValueError):
    """The body is not compressed as its header says."""


class InflatedTooLargeError(ValueError):
    """The body is larger than it may be, once it is unpacked."""


def unpack(body: bytes, wbits: int, limit: int) -> bytes:
    """Return `body` unpacked, as `wbits` of zlib has it (`GZIP`, `ZLIB`); at most `limit` bytes.

    Raises `BrokenEncodingError` where it is not compressed like this or not to its end, and `InflatedTooLargeError`.
    """
    inflater = zlib.decompressobj(wbits)
    try:
        unpacked = inflater.decompress(body, limit + 1)
    except zlib.error as error:
        raise BrokenEncodingError(str(error)) from error
    if len(unpacked) > limit:
        raise InflatedTooLargeError(f"more than {limit} bytes")
    if not inflater.eof:
        raise BrokenEncodingError("the end is missing")
    return unpacked
