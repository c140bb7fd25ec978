"""What each remedy brings, in a sentence or two that need no knowledge of quotas."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

from .figures import HOUR
from .words import in_words, long_date, on, share

if TYPE_CHECKING:
    from .incident import Incident
    from .summary import Summary


def answer(incident: Incident, summary: Summary) -> str:
    """Say when the backlog is gone, from when on new messages go out on time, and whether they end."""
    return " ".join(filter(None, (about_backlog(incident, summary), about_new(incident, summary))))


def about_backlog(incident: Incident, summary: Summary) -> str:
    """Say what becomes of the old messages, and when."""
    count, left, gone = incident.open_count, summary.left_open, summary.backlog_gone
    if not count:
        return "There is no backlog."
    if not isinf(gone.most):
        return f"The backlog is gone {on(incident, gone)}."
    if not isinf(gone.least):
        return f"In some runs the backlog is gone {_from(incident, gone.least)}, in others it is not."
    if left.least >= count:
        return "The old message does not come to an end." if count == 1 else f"None of the {count:,} old messages ends."
    few, many = f"{left.least:,.0f}", f"{left.most:,.0f}"
    which = f"{few} of the {count:,} old messages" if few == many else f"{few} to {many} of {count:,}"
    if summary.settled.most > incident.seconds - HOUR:
        return f"{which} are open at the end, and become fewer still: a longer forecast would say until when."
    return f"{which} stay open; the others have ended by {long_date(incident.moment(summary.settled.most))}."


def about_new(incident: Incident, summary: Summary) -> str:
    """Say from when on new messages go out on time, and whether they come to an end; nothing where there are none."""
    return " ".join(filter(None, (_about_time(incident, summary), _about_their_end(summary))))


def _about_their_end(summary: Summary) -> str:
    """Say how many new messages are the next backlog; nothing where they are few."""
    told = f"At the end {summary.new_open.told(share)} of the new messages are open."
    return told if summary.leaves_new_open else ""


def _about_time(incident: Incident, summary: Summary) -> str:
    since, last = summary.on_time_since, summary.last_days
    if last.most < 0:
        return ""
    if since.most == 0:
        return "New messages go out on time all along."
    if not isinf(since.most):
        late = "" if since.most == since.least else f", or as late as {long_date(incident.moment(since.most))}"
        return f"New messages go out on time {_from(incident, since.least)}{late}."
    if not isinf(since.least):
        return f"New messages go out on time {_from(incident, since.least)} in some runs, and stay late in others."
    if isinf(last.middle):
        return "New messages stay late, and on the last day some are not sent at all."
    return f"New messages stay late: on the last day 5 of 100 wait for more than {in_words(last.middle)}."


def _from(incident: Incident, seconds: float) -> str:
    return "at once" if seconds == 0 else f"from {long_date(incident.moment(seconds))}"
