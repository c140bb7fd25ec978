"""Sentences of Gherkin as data, read from a text; `narrator` says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gherkin.errors import CompositeParserException
from gherkin.parser import Parser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADING = "Feature:\nScenario:\n"


class SentenceError(Exception):
    """A sentence that there is not, cannot be done, or is not true. The text says why, `sentence` which one it was."""

    def __init__(self, sentence: Sentence, problem: str) -> None:
        super().__init__(problem)
        self.sentence = sentence


@dataclass(frozen=True)
class Sentence:
    """One sentence of Gherkin: its `keyword` as it is written, what the keyword means, the text, and what stands below.

    `kind` is `given`, `when` or `then`; `line` counts from 1 in the text that was read.
    """

    keyword: str
    kind: str
    text: str
    line: int
    table: list[list[str]] | None = None
    docstring: str | None = None

    def __str__(self) -> str:
        return f"{self.keyword} {self.text}"


def read_sentences(text: str) -> list[Sentence]:
    """Return the sentences of `text`, one a line, with the tables and texts below them.

    Raises `ValueError` where it is no Gherkin, and where the first sentence begins with `And` or `But`.
    """
    try:
        document: Any = Parser().parse(HEADING + text)
    except CompositeParserException as error:
        raise ValueError(f"these are no sentences: {_first_complaint(error)}") from None
    (scenario, *others) = document["feature"]["children"]
    if others:
        raise ValueError("write sentences only, of one scenario, without its heading")
    described = scenario["scenario"]["description"].strip()
    if described:  # Gherkin takes what no keyword begins for a description: it would be passed over in silence
        raise ValueError(f"{described.splitlines()[0].strip()!r} is no sentence: one begins with Given, When or Then")
    return list(_sentences(scenario["scenario"]["steps"]))


def _first_complaint(error: CompositeParserException) -> str:
    first = error.errors[0]
    line = first.location["line"] - HEADING.count("\n")
    return f"line {line}: {str(first).partition(': ')[2]}"


def _sentences(steps: Iterable[Any]) -> Iterator[Sentence]:
    kind = ""
    kinds = {"Context": "given", "Action": "when", "Outcome": "then"}
    for step in steps:
        kind = kinds.get(step["keywordType"], kind)
        keyword = step["keyword"].strip()
        line = step["location"]["line"] - HEADING.count("\n")
        if not kind:
            raise ValueError(f"line {line}: {keyword} repeats the keyword of the sentence before it, and there is none")
        rows = step.get("dataTable", {}).get("rows")
        table = None if rows is None else [[cell["value"] for cell in row["cells"]] for row in rows]
        yield Sentence(keyword, kind, step["text"], line, table, step.get("docString", {}).get("content"))
