"""The values of expressions. Python's own types are values: None, str, Decimal, bool, list; dispatch on `type(value)`.

`conversions` has what they convert to, `rendering` how they look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rapidpro_simulator.rapidpro.flows.texts.strings import lower

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment


class Error:
    """The value of an expression that went wrong: functions may be given it (flows 6.8)."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Error) and other.message == self.message

    def __hash__(self) -> int:
        return hash(self.message)

    def __repr__(self) -> str:
        return f"Error({self.message!r})"


class Deprecated:
    """A property that flows should no longer use: looking it up gives `value`, and the warning `message`."""

    __slots__ = ("message", "value")

    def __init__(self, value: Value, message: str) -> None:
        self.value = value
        self.message = message


class Absent:
    """The type of ABSENT: no value at all, which is not null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


class Object:
    """Named properties, and perhaps a default that stands for the whole where a text, number or date is wanted.

    Properties and default may be given as functions without arguments; they are called once, when first needed.
    """

    __slots__ = ("_default", "_folded", "_names", "_properties")

    def __init__(
        self,
        properties: Mapping[str, Property] | Callable[[], Mapping[str, Property]],
        default: Value | Absent | Callable[[], Value] = ABSENT,
    ) -> None:
        self._properties = properties
        self._default = default
        self._folded: dict[str, Property] | None = None
        self._names: frozenset[str] | None = None

    @property
    def default(self) -> Value | Absent:
        """The default, or ABSENT."""
        if callable(self._default):
            self._default = self._default()
        return self._default

    @property
    def properties(self) -> Mapping[str, Property]:
        """All properties under their names as given, deprecated ones still wrapped."""
        if callable(self._properties):
            self._properties = self._properties()
        return self._properties

    @property
    def names(self) -> frozenset[str]:
        """The names of the properties in lower case."""
        if self._names is None:
            self._names = frozenset(map(lower, self.properties))
        return self._names

    def lookup(self, key: str, missing: Property | Absent = ABSENT) -> Property | Absent:
        """Give the property whose name is `key`, whatever the case of either; a deprecated one still wrapped."""
        properties = self.properties
        if key in properties:
            return properties[key]
        if self._folded is None:
            self._folded = {lower(name): value for name, value in properties.items()}
        return self._folded.get(lower(key), missing)

    def get(self, key: str, missing: Value = None) -> Value:
        """Give the value of the property whose name is `key`, whatever the case of either."""
        found = self.lookup(key)
        return missing if isinstance(found, Absent) else unwrapped(found)

    def keys(self) -> list[str]:
        """Give the names of the properties, sorted."""
        return sorted(self.properties)

    def items(self) -> list[tuple[str, Value]]:
        """Give names and values of the properties, sorted by name."""
        properties = self.properties
        return [(name, unwrapped(properties[name])) for name in sorted(properties)]

    def __len__(self) -> int:
        return len(self.properties)

    def __repr__(self) -> str:
        return f"Object({dict(self.items())!r}, {self.default!r})"


class Function:
    """Something that can be called: one of the language's functions, or a lambda."""

    __slots__ = ("body", "name")

    def __init__(self, name: str, body: Callable[..., Value]) -> None:
        self.name = name
        self.body = body

    def call(self, environment: Environment, *arguments: Value) -> Value:
        """Call it; an error comes back with the function's name before it (flows 6.8)."""
        result = self.body(environment, *arguments)
        if type(result) is Error:
            return Error(f"error calling {self.name}(...): {result.message}")
        return result

    def __repr__(self) -> str:
        return f"Function({self.name!r})"


Value: TypeAlias = "str | Decimal | bool | Date | DateTime | Time | list[Value] | Object | Function | Error | None"
Property: TypeAlias = "Value | Deprecated"


def unwrapped(value: Property) -> Value:
    """Give the value of a property, without the warning of a deprecated one."""
    return value.value if isinstance(value, Deprecated) else value
