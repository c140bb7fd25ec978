"""Go's `math/rand/v2` PCG-DXSM: the chance of the real engine's tests, so that ours can be compared with it."""

from __future__ import annotations

_MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
_INCREMENT = 0x5851F42D4C957F2D14057B7EF767814F
_OUTPUT_MULTIPLIER = 0xDA942042E4DD58B5
_64_BITS = 2**64 - 1
_128_BITS = 2**128 - 1
_FLOAT_BITS = 53


class Pcg:
    """A generator with two 64-bit seeds."""

    def __init__(self, high: int, low: int) -> None:
        self._state = high << 64 | low

    def random(self) -> float:
        """Draw a number of at least 0 and less than 1 (Go's `Float64`)."""
        return (self.bits() & (1 << _FLOAT_BITS) - 1) / (1 << _FLOAT_BITS)

    def bits(self) -> int:
        """Draw 64 bits (Go's `Uint64`)."""
        self._state = (self._state * _MULTIPLIER + _INCREMENT) & _128_BITS
        high, low = self._state >> 64, self._state & _64_BITS
        high ^= high >> 32
        high = high * _OUTPUT_MULTIPLIER & _64_BITS
        high ^= high >> 48
        return high * (low | 1) & _64_BITS
