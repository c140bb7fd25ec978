"""Compiles trees to closures and runs them, within a budget (flows 6.2, 6.4, 6.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from rapidpro_simulator.rapidpro.flows.texts.strings import lower

from .conversions import to_integer
from .functions import FUNCTIONS
from .operators import OPERATORS, negate
from .rendering import describe, render
from .tree import (
    BinaryNode,
    BooleanNode,
    CallNode,
    GroupNode,
    IndexNode,
    LambdaNode,
    NameNode,
    NegationNode,
    Node,
    NullNode,
    NumberNode,
    PropertyNode,
    TextNode,
)
from .values import ABSENT, Deprecated, Error, Function, Object, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

BUDGET = 10_000_000
ANONYMOUS = "<anon>"

Frame: TypeAlias = "dict[str, Value]"  # what the parameters of the lambdas around stand for
Evaluator: TypeAlias = "Callable[[EvaluationState, Frame], Value]"
Step: TypeAlias = "Callable[[EvaluationState, Frame, Value], Value]"


class TooComplexError(Exception):
    """The budget of an expression is used up."""

    def __init__(self) -> None:
        super().__init__("expression is too complex to evaluate")


class EvaluationState:
    """What one evaluation of one expression goes with: its surroundings, what it may still cost, its warnings."""

    __slots__ = ("budget", "context", "environment", "warnings")

    def __init__(self, environment: Environment, context: Object, budget: int = BUDGET) -> None:
        self.environment = environment
        self.context = context
        self.budget = budget
        self.warnings: dict[str, None] = {}

    def charged(self, value: Value) -> Value:
        """Take what a result costs off the budget: 1, or the UTF-8 bytes of a text. Raises `TooComplexError`."""
        if type(value) is str and len(value) > 1:
            self.budget -= len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
        else:
            self.budget -= 1
        if self.budget < 0:
            raise TooComplexError
        return value

    def property(self, container: Object, key: str) -> Value | Any:
        """Give the value of a property, or ABSENT; a deprecated one leaves its warning."""
        found = container.lookup(key)
        if type(found) is Deprecated:
            self.warnings[found.message] = None
            return found.value
        return found


def compile_tree(node: Node) -> Evaluator:
    """Make of a tree what evaluates it; call that with a `EvaluationState` and an empty frame."""
    return _compile(node, frozenset())


def _compile(node: Node, bound: frozenset[str]) -> Evaluator:
    return _COMPILERS[type(node)](node, bound)


def _literal(node: TextNode | NumberNode | BooleanNode, _bound: frozenset[str]) -> Evaluator:
    value = node.value
    return lambda _state, _frame: value


def _null(_node: NullNode, _bound: frozenset[str]) -> Evaluator:
    return lambda _state, _frame: None


def _group(node: GroupNode, bound: frozenset[str]) -> Evaluator:
    return _compile(node.inner, bound)


def _name(node: NameNode, bound: frozenset[str], *, is_called: bool = False) -> Evaluator:
    name = node.name
    folded = lower(name)
    if folded in bound:
        return lambda _state, frame: frame[folded]
    function = FUNCTIONS.get(folded)
    missing = Error(f"context has no property '{name}'")

    def evaluate(state: EvaluationState, _frame: Frame) -> Value:
        found = state.property(state.context, folded)
        if found is not ABSENT:
            return found
        if function is None:
            return missing
        return function if is_called else _metered(function, state)

    return evaluate


def _metered(function: Function, state: EvaluationState) -> Function:
    """Make a function that charges for its results also where foreach, filter and the like call it."""
    return Function(
        function.name, lambda environment, *arguments: state.charged(function.body(environment, *arguments))
    )


def _negation(node: NegationNode, bound: frozenset[str]) -> Evaluator:
    count = 0
    inner: Node = node
    while isinstance(inner, NegationNode):
        inner = inner.operand
        count += 1
    operand = _compile(inner, bound)

    def evaluate(state: EvaluationState, frame: Frame) -> Value:
        value = operand(state, frame)
        for _ in range(count):
            value = negate(state.environment, value)
        return value

    return evaluate


def _binary(node: BinaryNode, bound: frozenset[str]) -> Evaluator:
    # Chains of operators are loops, not recursion: they may be as long as a template.
    steps = []
    left: Node = node
    while isinstance(left, BinaryNode):
        steps.append((OPERATORS[left.operator], _compile(left.right, bound)))
        left = left.left
    steps.reverse()
    first = _compile(left, bound)

    def evaluate(state: EvaluationState, frame: Frame) -> Value:
        value = first(state, frame)
        for operate, right in steps:
            value = state.charged(operate(state.environment, value, right(state, frame)))
        return value

    return evaluate


def _path(node: PropertyNode | IndexNode | CallNode, bound: frozenset[str]) -> Evaluator:
    steps: list[Step] = []
    base: Node = node
    while isinstance(base, PropertyNode | IndexNode | CallNode):
        steps.append(_STEPS[type(base)](base, bound))
        outer, base = base, base.function if isinstance(base, CallNode) else base.container
    steps.reverse()
    first = (
        _name(base, bound, is_called=isinstance(outer, CallNode))
        if isinstance(base, NameNode)
        else _compile(base, bound)
    )

    def evaluate(state: EvaluationState, frame: Frame) -> Value:
        value = first(state, frame)
        for step in steps:
            if type(value) is Error:
                return value
            value = step(state, frame, value)
        return value

    return evaluate


def _property(node: PropertyNode, _bound: frozenset[str]) -> Step:
    name = node.name
    missing = Error(f"object has no property '{name}'")

    def step(state: EvaluationState, _frame: Frame, container: Value) -> Value:
        if isinstance(container, Object):
            found = state.property(container, name)
            return missing if found is ABSENT else found
        return _item(state, container, name)

    return step


def _index(node: IndexNode, bound: frozenset[str]) -> Step:
    key = _compile(node.key, bound)

    def step(state: EvaluationState, frame: Frame, container: Value) -> Value:
        value = key(state, frame)
        if type(value) is Error:
            return value
        if isinstance(container, Object):
            found = state.property(container, render(value))
            return None if found is ABSENT else found
        return _item(state, container, value)

    return step


def _item(state: EvaluationState, container: Value, key: Value) -> Value:
    if not isinstance(container, list):
        return Error(f"{describe(container)} doesn't support lookups")
    position = to_integer(state.environment, key)
    if isinstance(position, Error):
        return position
    count = len(container)
    if -count <= position < count:
        return container[position]
    return Error(f"index {position} out of range for {count} items")


def _call(node: CallNode, bound: frozenset[str]) -> Step:
    arguments = [_compile(argument, bound) for argument in node.arguments]
    source = str(node.function)

    def step(state: EvaluationState, frame: Frame, function: Value) -> Value:
        if type(function) is not Function:
            return Error(f"{source} is not a function")
        values = [argument(state, frame) for argument in arguments]
        return state.charged(function.call(state.environment, *values))

    return step


def _lambda(node: LambdaNode, bound: frozenset[str]) -> Evaluator:
    parameters = [lower(parameter) for parameter in node.parameters]
    body = _compile(node.body, bound.union(parameters))
    wanted = len(parameters)

    def evaluate(state: EvaluationState, frame: Frame) -> Value:
        def call(_environment: Environment, *arguments: Value) -> Value:
            if len(arguments) != wanted:
                return Error(f"need {wanted} argument(s), got {len(arguments)}")
            return state.charged(body(state, {**frame, **dict(zip(parameters, arguments, strict=True))}))

        return Function(ANONYMOUS, call)

    return evaluate


_STEPS: Mapping[type, Callable[[Any, frozenset[str]], Step]] = {
    PropertyNode: _property,
    IndexNode: _index,
    CallNode: _call,
}
_COMPILERS: Mapping[type, Callable[[Any, frozenset[str]], Evaluator]] = {
    TextNode: _literal,
    NumberNode: _literal,
    BooleanNode: _literal,
    NullNode: _null,
    NameNode: _name,
    PropertyNode: _path,
    IndexNode: _path,
    CallNode: _path,
    GroupNode: _group,
    LambdaNode: _lambda,
    NegationNode: _negation,
    BinaryNode: _binary,
}
