"""Reading TOML files of the user's: every key is checked where it stands, so that an error says which one it is.

A check takes a value and returns what it stands for, or raises a `ValueError` that says what could stand there.
"""

from __future__ import annotations

import tomllib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from .errors import UsageError
from .near_words import did_you_mean

T = TypeVar("T")

LARGEST_PORT = 65_535


class TomlError(UsageError):
    """A file that cannot be read, or a key that cannot be so; the text says where."""


class PlacedCheck(ABC):
    """A check that has to know where the value stands."""

    @abstractmethod
    def read(self, value: Any, where: str, folder: Path) -> Any:
        """Return what `value` stands for, in a file in `folder`; `where` is what an error begins with."""


Check = Callable[[Any], Any] | PlacedCheck


def read_file(path: Path, checks: Mapping[str, Check], what: str = "") -> dict[str, Any]:
    """Return what the values in the file at `path` stand for, by their `checks`.

    `what` says what kind of file it is, where it cannot be read. Raises `TomlError`.
    """
    return read_table(_load(path, f"{what} {path}".lstrip()), checks, str(path), path.parent)


def _load(path: Path, name: str) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise TomlError(f"{name} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TomlError(f"{name} is no TOML: {error}") from None


def read_table(table: Mapping[str, Any], checks: Mapping[str, Check], where: str, folder: Path) -> dict[str, Any]:
    """Return what the values of a table stand for, by their `checks`; `where` is what an error begins with.

    Paths are relative to `folder`. Raises `TomlError`.
    """
    values = {}
    for key, value in table.items():
        if key not in checks:
            hint = did_you_mean(key, checks)
            raise TomlError(f"{where}: there is no key {key!r} here; possible are: {', '.join(checks)}{hint}")
        try:
            values[key] = read_value(value, checks[key], f"{where}, {key}", folder)
        except TomlError:
            raise
        except (ValueError, OSError) as error:
            raise TomlError(f"{where}, {key}: {error}") from None
    return values


def read_value(value: Any, check: Check, where: str = "", folder: Path = Path()) -> Any:
    """Return what `value` stands for. Raises `ValueError`."""
    return check.read(value, where, folder) if isinstance(check, PlacedCheck) else check(value)


class Tables(PlacedCheck):
    """An array of tables, each of which becomes a `kind`; `needs` is the key that none may lack."""

    def __init__(self, kind: Callable[..., object], needs: str, checks: Mapping[str, Check]) -> None:
        self._kind = kind
        self._needs = needs
        self._checks = checks

    def read(self, value: Any, where: str, folder: Path) -> tuple[object, ...]:
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise ValueError(f"this is an array of tables: write [[{where.rpartition(', ')[2]}]]")
        return tuple(self._one(each, f"{where} {number}", folder) for number, each in enumerate(value, start=1))

    def _one(self, value: Mapping[str, Any], where: str, folder: Path) -> object:
        values = read_table(value, self._checks, where, folder)
        if self._needs not in values:
            raise TomlError(f"{where}: the key {self._needs!r} is missing")
        return self._kind(**values)


class Table(PlacedCheck):
    """A table that becomes a `kind`."""

    def __init__(self, kind: Callable[..., object], checks: Mapping[str, Check]) -> None:
        self._kind = kind
        self._checks = checks

    def read(self, value: Any, where: str, folder: Path) -> object:
        return self._kind(**read_table(table(value), self._checks, where, folder))


class Files(PlacedCheck):
    """An array of paths, which are relative to the folder of the file."""

    def read(self, value: Any, _where: str, folder: Path) -> tuple[Path, ...]:
        return tuple(folder / path(each) for each in _paths(value))


class File(PlacedCheck):
    """A path, which is relative to the folder of the file."""

    def read(self, value: Any, _where: str, folder: Path) -> Path:
        return folder / path(value)


def instance_of(kind: type[T], called: str) -> Callable[[Any], T]:
    """Return a check for values of a type; an error calls it `called`."""

    def check(value: Any) -> T:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(f"{value!r} is not {called}")
        return value

    return check


text = instance_of(str, "a text")
whole_number = instance_of(int, "a whole number")
true_or_false = instance_of(bool, "true or false")
table = instance_of(dict, "a table")
_paths = instance_of(list, 'an array, such as ["my-export.json"]')


def name(value: Any) -> str:
    """Check for a text that is not empty."""
    if not text(value).strip():
        raise ValueError("an empty text is no name")
    return str(value)


def path(value: Any) -> Path:
    """Check for a path, as a text or as one already."""
    return value if isinstance(value, Path) else Path(name(value))


def seconds(value: Any) -> float:
    """Check for a length of time, in seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise ValueError(f"{value!r} is not a number of seconds")
    return value


def port(value: Any) -> int:
    """Check for a TCP port; 0 is any that is free."""
    if not 0 <= whole_number(value) <= LARGEST_PORT:
        raise ValueError(f"{value} is no port; ports are 1 to {LARGEST_PORT}, and 0 for any that is free")
    return int(value)


def texts(value: Any) -> list[str]:
    """Check for an array of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"{value!r} is not an array of texts")
    return value


def table_of_texts(value: Any) -> dict[str, str]:
    """Check for a table whose values are texts."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise ValueError(f"{value!r} is not a table of texts")
    return value
