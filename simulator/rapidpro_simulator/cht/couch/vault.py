"""The cipher of CHT's vault: AES-256-CBC under a key made of CouchDB's secret (cht 3.2).

Pure: who reads the secret and keeps the result is not its affair.
"""

from __future__ import annotations

import binascii
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

KEY_BYTES = 32
BLOCK_BITS = 128
BLOCK_BYTES = BLOCK_BITS // 8


class VaultError(ValueError):
    """A credential cannot be decrypted: CouchDB's secret was changed, or the value was never encrypted."""

    def __init__(self) -> None:
        super().__init__("Error decrypting credential. Try setting the credential again.")


def encrypt(value: str, secret: str, vector: bytes) -> str:
    """Return `value` as the vault stores it, `<vector>:<ciphertext>` in hexadecimal; `vector` has 16 random bytes."""
    padder = PKCS7(BLOCK_BITS).padder()
    encryptor = _cipher(secret, vector).encryptor()
    padded = padder.update(value.encode()) + padder.finalize()
    return f"{vector.hex()}:{(encryptor.update(padded) + encryptor.finalize()).hex()}"


@lru_cache(maxsize=64)  # a gateway reads its key before every request, and an unchanged one has an unchanged value
def decrypt(stored: str, secret: str) -> str:
    """Return the value behind `stored`. Raises `VaultError`."""
    vector, _, ciphertext = stored.partition(":")
    unpadder = PKCS7(BLOCK_BITS).unpadder()
    try:
        decryptor = _cipher(secret, binascii.unhexlify(vector)).decryptor()
        padded = decryptor.update(binascii.unhexlify(ciphertext)) + decryptor.finalize()
        return (unpadder.update(padded) + unpadder.finalize()).decode()
    except ValueError as error:  # no hexadecimal, no whole block, wrong padding, no UTF-8
        raise VaultError from error


def _cipher(secret: str, vector: bytes) -> Cipher[modes.CBC]:
    secret_bytes = secret.encode()
    if not secret_bytes:
        raise VaultError
    repeated = secret_bytes * (KEY_BYTES // len(secret_bytes) + 1)
    return Cipher(algorithms.AES256(repeated[:KEY_BYTES]), modes.CBC(vector))
