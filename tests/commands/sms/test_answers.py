"""What of a journal is an answer to a text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rapidpro_simulator.commands.sms.answers import AnswerWatch
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

URN = "tel:+265991234567"


def test_answers_come_after_the_text(tmp_path: Path) -> None:
    """What a phone gets before its own text has arrived is the answer to an earlier one; what others get is none."""
    journal = tmp_path / "journal.jsonl"
    journal.write_text("an entry from before\n", encoding="utf-8")
    watch = AnswerWatch(journal)
    messages = [("out", URN, "Who are you?"), ("in", URN, "Asha"), ("out", "tel:+1", "Hi"), ("out", URN, "Hello Asha")]
    with journal.open("a", encoding="utf-8") as file:
        for direction, urn, text in messages:
            entry = {"kind": "message.created", "direction": direction, "urn": urn, "text": text}
            file.write(json.dumps(entry) + "\n")
    assert list(watch.answers(URN, PATIENCE)) == ["Hello Asha"]
