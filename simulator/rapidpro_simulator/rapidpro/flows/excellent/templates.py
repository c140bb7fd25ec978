"""Templates, texts with expressions: evaluates them, keeps them compiled, rewrites them (flows 6.1, 6.2)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rapidpro_simulator.rapidpro.flows.texts.strings import trim

from .evaluation import BUDGET, EvaluationState, TooComplexError, compile_tree
from .rendering import render
from .scanner import BODY, IDENTIFIER, has_expressions, scan
from .syntax import ExpressionError, parse
from .values import Error, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Set

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

    from .evaluation import Evaluator
    from .scanner import TemplateToken
    from .tree import Node
    from .values import Object

__all__ = [
    "CompiledTemplate",
    "Evaluation",
    "ExpressionProblem",
    "FoundExpression",
    "ValueEvaluation",
    "compile_template",
    "evaluate_expression",
    "evaluate_text",
    "evaluate_value",
    "find_expressions",
    "has_expressions",
    "rewrite",
]

KEPT_TEMPLATES = 4096


class ExpressionProblem(NamedTuple):
    """An expression that went wrong: its source with the mark, and why. `too_complex`: its budget was used up."""

    expression: str
    message: str
    too_complex: bool = False

    def __str__(self) -> str:
        return f"error evaluating {self.expression}: {self.message}"


class Evaluation(NamedTuple):
    """What became of a template as text. Expressions that went wrong have contributed nothing."""

    text: str
    problems: list[ExpressionProblem]
    warnings: list[str]

    @property
    def error(self) -> str:
        """The problems as RapidPro tells them, empty for none."""
        return ", ".join(map(str, self.problems))


class ValueEvaluation(NamedTuple):
    """What became of a template as a value. The error of a lone expression is the value, not a problem."""

    value: Value
    problems: list[ExpressionProblem]
    warnings: list[str]


class FoundExpression(NamedTuple):
    """A place in a template that is evaluated: its source with the mark, and its tree, None if it cannot be read."""

    source: str
    tree: Node | None
    error: str | None = None


class CompiledExpression:
    """A compiled expression of a template. One that cannot be read evaluates to the error that says so."""

    __slots__ = ("_evaluate", "source")

    def __init__(self, source: str, expression: str) -> None:
        self.source = source
        self._evaluate = _compiled(expression)

    def evaluate(
        self,
        environment: Environment,
        context: Object,
        budget: int,
        problems: list[ExpressionProblem],
        warnings: list[str],
    ) -> Value:
        """Evaluate; a spent budget is a problem at once, other errors are for the caller to judge."""
        state = EvaluationState(environment, context, budget)
        try:
            return self._evaluate(state, {})
        except (TooComplexError, RecursionError):
            message = str(TooComplexError())
            problems.append(ExpressionProblem(self.source, message, too_complex=True))
            return Error(message)
        finally:
            warnings.extend(state.warnings)


class CompiledTemplate:
    """A compiled template: literal texts and expressions in turn."""

    __slots__ = ("parts", "source")

    def __init__(self, source: str, top_levels: Set[str]) -> None:
        self.source = source
        self.parts: list[str | CompiledExpression] = [
            token.text if token.kind is BODY else CompiledExpression(token.source, token.text)
            for token in scan(source, top_levels)
        ]

    def __str__(self) -> str:
        return self.source

    def evaluate(
        self,
        environment: Environment,
        context: Object,
        escape: Callable[[str], str] | None = None,
        budget: int = BUDGET,
    ) -> Evaluation:
        """Evaluate to text; see `evaluate_text`."""
        problems: list[ExpressionProblem] = []
        warnings: list[str] = []
        texts = []
        for part in self.parts:
            if type(part) is str:
                texts.append(part)
                continue
            assert isinstance(part, CompiledExpression)
            before = len(problems)
            value = part.evaluate(environment, context, budget, problems, warnings)
            if type(value) is not Error:
                text = render(value)
                texts.append(escape(text) if escape else text)
            elif len(problems) == before:
                problems.append(ExpressionProblem(part.source, value.message))
        return Evaluation("".join(texts), problems, warnings)


@lru_cache(KEPT_TEMPLATES)
def compile_template(template: str, top_levels: frozenset[str]) -> CompiledTemplate:
    """Compile a template; those compiled last are kept. `top_levels` are the allowed variables, in lower case."""
    return CompiledTemplate(template, top_levels)


def evaluate_text(
    environment: Environment,
    context: Object,
    template: str,
    escape: Callable[[str], str] | None = None,
    *,
    budget: int = BUDGET,
) -> Evaluation:
    """Evaluate a template to text; `escape` is applied to what each expression contributes (flows 6.2).

    The names of `context` are the allowed top levels. `budget` is what each expression may cost.
    """
    if "@" not in template and "\0" not in template:
        return Evaluation(template, [], [])
    return compile_template(template, context.names).evaluate(environment, context, escape, budget)


def evaluate_value(
    environment: Environment, context: Object, template: str, *, budget: int = BUDGET
) -> ValueEvaluation:
    """Evaluate a template that may be one expression to that one's value, and any other to text (flows 6.2)."""
    template = trim(template)
    if "@" not in template and "\0" not in template:
        return ValueEvaluation(template, [], [])
    compiled = compile_template(template, context.names)
    if len(compiled.parts) == 1 and isinstance(compiled.parts[0], CompiledExpression):
        problems: list[ExpressionProblem] = []
        warnings: list[str] = []
        value = compiled.parts[0].evaluate(environment, context, budget, problems, warnings)
        return ValueEvaluation(value, problems, warnings)
    return ValueEvaluation(*compiled.evaluate(environment, context, None, budget))


def evaluate_expression(environment: Environment, context: Object, expression: str) -> Value:
    """Evaluate a bare expression, without the mark."""
    return CompiledExpression(expression, expression).evaluate(environment, context, BUDGET, [], [])


def find_expressions(template: str, top_levels: Set[str]) -> Iterator[FoundExpression]:
    """Yield what is evaluated in a template, as trees."""
    for token in scan(template, top_levels):
        if token.kind is not BODY:
            try:
                yield FoundExpression(token.source, parse(token.text))
            except ExpressionError as error:
                yield FoundExpression(token.source, None, str(error))


def rewrite(template: str, top_levels: Set[str], transform: Callable[[Node], Node]) -> str:
    """Change the trees of a template (flows 1.3). What `transform` leaves equal, or cannot be read, stays."""
    return "".join([_rewritten(token, transform) for token in scan(template, top_levels)])


def _rewritten(token: TemplateToken, transform: Callable[[Node], Node]) -> str:
    if token.kind is BODY:
        return token.source
    try:
        tree = parse(token.text)
        changed = transform(tree)
        if changed == tree:
            return token.source
        return f"@{changed}" if token.kind is IDENTIFIER else f"@({changed})"
    except (ExpressionError, RecursionError):
        return token.source


def _compiled(expression: str) -> Evaluator:
    try:
        return compile_tree(parse(expression))
    except ExpressionError as error:
        unreadable = Error(str(error))
    except RecursionError:
        unreadable = Error("expression nesting too deep")
    return lambda _state, _frame: unreadable
