"""What running JavaScript can end with besides a value of JSON."""

from __future__ import annotations

from typing import Any, Final, final


@final
class Undefined:
    """The type of `UNDEFINED`: JavaScript's undefined, and what JSON cannot write either (a function, a symbol)."""

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined()


class JavaScriptError(Exception):
    """A program threw.

    `name` is the error's ("TypeError", "SyntaxError", …; empty where no Error was thrown), `message` its text as Node
    words it where that is known; `thrown` is what was thrown as JSON writes it: CouchDB's functions throw objects.
    """

    def __init__(self, name: str, message: str, thrown: Any = UNDEFINED) -> None:
        super().__init__(f"{name}: {message}" if name else message)
        self.name = name
        self.message = message
        self.thrown = thrown


class JavaScriptTimeout(JavaScriptError):  # noqa: N818 (it is named as what it says)
    """A program took more processor time than it may."""

    def __init__(self, milliseconds: int) -> None:
        super().__init__("Timeout", f"Script execution timed out after {milliseconds}ms")
