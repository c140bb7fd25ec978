"""How a run begins to wait, and what it is willing to wait for (flows 2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.rapidpro.flows.core import events, resumes, triggers
from rapidpro_simulator.rapidpro.flows.definition.reading import write
from rapidpro_simulator.rapidpro.flows.definition.waits import DialWait, MsgWait
from rapidpro_simulator.rapidpro.flows.locales.timestamps import after, timestamp
from rapidpro_simulator.rapidpro.flows.texts.phones import parse_phone

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.core.resumes import Resume
    from rapidpro_simulator.rapidpro.flows.definition.waits import Wait
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

DIAL_LIMIT_SECONDS: Final = 60
CALL_LIMIT_SECONDS: Final = 2 * 60 * 60
DIAL_GRACE_SECONDS: Final = 30


def begin(run: Run, wait: Wait) -> bool:
    """Begin to wait, if there is anything to wait for."""
    return _begin_dial(run, wait) if isinstance(wait, DialWait) else _begin_msg(run, wait)


def accepts(wait: Wait, resume: Resume) -> bool:
    """Say whether a wait can be ended so."""
    if isinstance(wait, DialWait):
        return isinstance(resume, resumes.DialResume)
    if isinstance(resume, resumes.TimeoutResume):
        return wait.timeout is not None
    return isinstance(resume, resumes.MsgResume | resumes.ExpirationResume)


def is_first_step(run: Run) -> bool:
    """Say whether nothing but its first node has been visited in the session."""
    return len(run.session.runs) == 1 and len(run.path) == 1


def _begin_msg(run: Run, wait: MsgWait) -> bool:
    # The message that started the session is the answer to its first question.
    if isinstance(run.session.trigger, triggers.MsgTrigger) and is_first_step(run):
        return False
    expires_on = timestamp(after(run.runtime.now(), run.flow.expiry_minutes * 60))
    hint: dict[str, Any] | None = write(wait.hint) if wait.hint else None
    run.log(events.msg_wait(expires_on, wait.timeout.seconds if wait.timeout else None, hint))
    return True


def _begin_dial(run: Run, wait: DialWait) -> bool:
    text, _ = run.evaluate_text(wait.phone)
    phone = parse_phone(text, run.environment.country)
    if phone is None:
        run.log(events.error("not a possible number"))
        return False
    dial_limit = wait.dial_limit_seconds or DIAL_LIMIT_SECONDS
    call_limit = wait.call_limit_seconds or CALL_LIMIT_SECONDS
    expires_on = timestamp(after(run.runtime.now(), dial_limit + call_limit + DIAL_GRACE_SECONDS))
    run.log(events.dial_wait(f"tel:{phone}", dial_limit, call_limit, expires_on))
    return True
