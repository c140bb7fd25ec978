"""The numbers for Prometheus: their names, what they count, and by what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cht_rapidpro_gateway.metrics import Metrics

COUNTERS = {
    "messages_taken": "messages that CHT gave to be sent",
    "messages_sent": "messages that RapidPro accepted",
    "messages_adopted": "messages found at RapidPro after an answer was lost",
    "messages_given_up": "messages whose end RapidPro never told",
    "incoming_received": "messages from phones",
    "incoming_forwarded": "messages from phones that CHT has",
    "set_aside": "times that CHT choked on something it was brought",
}
LABELLED = {
    'gateway_requests_total{service="cht",status="200"} 2.0': "requests by service and status",
    'gateway_messages_ended_total{state="FAILED"} 1.0': "messages by how they ended",
    'gateway_unknown_statuses_total{status="pondering"} 1.0': "statuses that nobody here knows",
    'gateway_messages{stage="open"} 3.0': "messages by stage",
    "gateway_incoming_waiting 4.0": "messages from phones that CHT does not have yet",
    'gateway_budget_left{purpose="asking"} 5.0': "requests left this hour",
}


def test_numbers(metrics: Metrics) -> None:
    """Dashboards know them by these names; each says what it counts."""
    metrics.request("cht", "200")
    metrics.request("cht", "200")
    metrics.ended.labels("FAILED").inc()
    metrics.unknown_statuses.labels("pondering").inc()
    metrics.stages.labels("open").set(3)
    metrics.incoming_waiting.set(4)
    metrics.budget.labels("asking").set(5)
    counters = metrics.taken, metrics.sent, metrics.adopted, metrics.given_up, metrics.received, metrics.forwarded
    for number, counter in enumerate((*counters, metrics.set_aside), 1):
        counter.inc(number)
    lines = metrics.text().decode().splitlines()
    expected = dict(LABELLED)
    for number, (name, what) in enumerate(COUNTERS.items(), 1):
        expected[f"gateway_{name}_total {number}.0"] = what
    for line, what in expected.items():
        name = re.split(r"[ {]", line)[0]
        assert line in lines
        assert f"# HELP {name} {what}" in lines
