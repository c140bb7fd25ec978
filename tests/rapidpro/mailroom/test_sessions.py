from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.rapidpro.model.flows import RunStatus, StartStatus

from .conftest import JANE, QUESTION, survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.rapidpro.model.contacts import Contact
    from simulator.rapidpro.model.workspace import Workspace

    from .conftest import Said


def test_conversation(workspace: Workspace, jane: Contact, said: Said, wait: Callable[..., None]) -> None:
    """A flow that was started asks, waits, and goes on with the answer."""
    [flow] = workspace.import_flows(survey())
    start = workspace.start_flow("Survey", contacts=[jane])
    wait(seconds=1)
    assert (said(), jane.flow, start.status) == ([QUESTION], flow, StartStatus.COMPLETED)
    message = workspace.receive(JANE, "Jane Doe")
    assert said() == [QUESTION, "Hello Jane Doe!"]
    assert (jane.flow, message.flow) == (None, flow)
    [run] = workspace.flows.runs
    assert (run.status, run.responded, run.results["answer"]["value"]) == (RunStatus.COMPLETED, True, "Jane Doe")
