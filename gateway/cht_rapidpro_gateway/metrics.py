"""What Prometheus can ask about."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """The numbers of one gateway, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = self._counter("requests", "requests by service and status", "service", "status")
        self.taken = self._counter("messages_taken", "messages that CHT gave to be sent")
        self.sent = self._counter("messages_sent", "messages that RapidPro accepted")
        self.adopted = self._counter("messages_adopted", "messages found at RapidPro after an answer was lost")
        self.ended = self._counter("messages_ended", "messages by how they ended", "state")
        self.given_up = self._counter("messages_given_up", "messages whose end RapidPro never told")
        self.unknown_statuses = self._counter("unknown_statuses", "statuses that nobody here knows", "status")
        self.received = self._counter("incoming_received", "messages from phones")
        self.forwarded = self._counter("incoming_forwarded", "messages from phones that CHT has")
        self.set_aside = self._counter("set_aside", "times that CHT choked on something it was brought")
        self.stages = Gauge("gateway_messages", "messages by stage", ["stage"], registry=self._registry)
        self.incoming_waiting = Gauge(
            "gateway_incoming_waiting", "messages from phones that CHT does not have yet", registry=self._registry
        )
        self.budget = Gauge("gateway_budget_left", "requests left this hour", ["purpose"], registry=self._registry)

    def request(self, service: str, status: str) -> None:
        """Count one request and how it ended."""
        self._requests.labels(service, status).inc()

    def text(self) -> bytes:
        """Return all numbers in the text format of Prometheus."""
        return generate_latest(self._registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"gateway_{name}", what, labels, registry=self._registry)
