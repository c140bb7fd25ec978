"""The language models of a workspace, and how each answers.

The services behind them are not simulated: whoever tests says what they answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .named import NamedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ANY_TEXT = "*"


@dataclass(slots=True, eq=False)
class LanguageModel:
    """A model that flows may ask (flows 2.2)."""

    uuid: str
    name: str


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """What a model answers to an input: one `containing` this text, in whatever case; of the model `by`, or of any.

    With a `problem` there is no answer, but that.
    """

    output: str = ""
    containing: str = ""
    by: str | None = None
    problem: str = ""

    def is_for(self, model: str, text: str) -> bool:
        """Say whether it answers what a model of this name is asked."""
        return self.by in {None, model} and self.containing.casefold() in text.casefold()


class LanguageModels(NamedRows[LanguageModel]):
    """The models by UUID; the last of the scripted `answers` that fits counts."""

    def __init__(self, new_uuid: Callable[[], str]) -> None:
        super().__init__(new_uuid)
        self.answers: list[ScriptedAnswer] = []

    def add(self, name: str) -> LanguageModel:
        """Create a model; one of that name that is there already is returned."""
        known = self.find(name)
        if known is None:
            known = LanguageModel(self._new_uuid(), name)
            self[known.uuid] = known
        return known

    def answer(
        self, output: str = "", *, containing: str = "", by: str | None = None, problem: str = ""
    ) -> ScriptedAnswer:
        """Let models answer so from now on: see `ScriptedAnswer`."""
        answer = ScriptedAnswer(output, containing, by, problem)
        self.answers.append(answer)
        return answer

    def answer_all(self, answers: Mapping[str, str]) -> None:
        """Let models answer by what an input contains, as a file or a command line says it; `*` is any input."""
        for text, output in sorted(answers.items(), key=lambda pair: pair[0] != ANY_TEXT):
            self.answer(output, containing="" if text == ANY_TEXT else text)

    def scripted(self, model: str, text: str) -> ScriptedAnswer | None:
        """Return the answer to what a model of this name is asked, None where nobody has said one."""
        return next((each for each in reversed(self.answers) if each.is_for(model, text)), None)
