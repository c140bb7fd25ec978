"""How a node picks its exit: by testing an operand or by chance (flows 2.5). Data only; the engine does the routing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS

from . import fields, limits
from .kinds import DelegatedKind, ListKind
from .reading import DefinitionError, prefixed, read, read_typed
from .waits import Wait, read_wait

if TYPE_CHECKING:
    from collections.abc import Collection

TESTS: Final = frozenset(name for name in FUNCTIONS if name.startswith("has_"))
"""The functions that a case may call (flows 2.6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A group of answers, and the exit that they take."""

    uuid: str = fields.uuid()
    name: str = fields.text(required=True, check=fields.CATEGORY_NAME, localized=True)
    exit_uuid: str = fields.uuid()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A test, its arguments (templates), and the category of operands that pass it."""

    uuid: str = fields.uuid()
    type: str = fields.text(required=True)
    arguments: list[str] = fields.texts(evaluated=True, localized=True)
    category_uuid: str = fields.uuid()

    def validate(self, categories: Collection[str]) -> None:
        """Raise `DefinitionError` unless the test exists and the category is one of these."""
        if self.type not in TESTS:
            raise DefinitionError(f"{self.type} is not a registered test function")
        if len(self.arguments) > limits.ARGUMENTS_OF_A_CASE:
            raise DefinitionError(
                f"can't have more than {limits.ARGUMENTS_OF_A_CASE} arguments (has {len(self.arguments)})"
            )
        if self.category_uuid not in categories:
            raise DefinitionError(f"category {self.category_uuid} is not a valid category")


def _read_category(document: Any) -> Category:
    with prefixed("unable to read category"):
        return read(Category, document)


def _read_wait(document: Any) -> Wait:
    with prefixed("unable to read wait"):
        return read_wait(document)


@dataclass(kw_only=True)
class _Router:
    wait: Wait | None = fields.declare(DelegatedKind(reader=_read_wait, name="wait"))
    result_name: str = fields.text(check=fields.RESULT_NAME)
    categories: list[Category] = fields.declare(
        ListKind(required=True, item=DelegatedKind(reader=_read_category, name="category"), minimum=1), default=[]
    )
    _by_uuid: dict[str, Category] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_uuid = {category.uuid: category for category in self.categories}

    def category(self, uuid: str) -> Category | None:
        """Return the category with this UUID, None if there is none."""
        return self._by_uuid.get(uuid)

    def validate(self, exits: Collection[str]) -> None:
        """Raise `DefinitionError` unless every category leads to one of these exits and all limits are kept."""
        check_limit(self.categories, limits.CATEGORIES_OF_A_ROUTER, "categories")
        for category in self.categories:
            if category.exit_uuid not in exits:
                raise DefinitionError(f"category exit {category.exit_uuid} is not a valid exit")
        timeout = self.wait.timeout if self.wait else None
        if timeout and timeout.category_uuid not in self._by_uuid:
            raise DefinitionError(f"timeout category {timeout.category_uuid} is not a valid category")


@dataclass(kw_only=True)
class SwitchRouter(_Router):
    """Tries cases on an operand (a template), in order; without a match the default category is taken."""

    type: ClassVar[str] = "switch"

    operand: str = fields.text(required=True, maximum=limits.TEMPLATE, evaluated=True)
    cases: list[Case] = fields.parts(Case)
    default_category_uuid: str = fields.uuid(required=False)

    def validate(self, exits: Collection[str]) -> None:
        check_limit(self.cases, limits.CASES_OF_A_ROUTER, "cases")
        if self.default_category_uuid and self.default_category_uuid not in self._by_uuid:
            raise DefinitionError(f"default category {self.default_category_uuid} is not a valid category")
        for case in self.cases:
            with prefixed(f"invalid case[uuid={case.uuid}]"):
                case.validate(self._by_uuid)
        super().validate(exits)


@dataclass(kw_only=True)
class RandomRouter(_Router):
    """Takes one of its categories by chance, each as likely as the other."""

    type: ClassVar[str] = "random"


Router = SwitchRouter | RandomRouter

_ROUTERS: Final[dict[str, type[Router]]] = {router.type: router for router in (SwitchRouter, RandomRouter)}


def check_limit(items: Collection[object], maximum: int, description: str) -> None:
    """Raise `DefinitionError` ``can't have more than N <description> (has M)`` for too many items."""
    if len(items) > maximum:
        raise DefinitionError(f"can't have more than {maximum} {description} (has {len(items)})")


def read_router(document: dict[str, Any]) -> Router:
    """Return a router from its JSON document; `validate` checks it against its node's exits.

    Raises `DefinitionError` (flows 1.2).
    """
    router: Router = read_typed(_ROUTERS, document)
    return router
