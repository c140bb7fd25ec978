"""Every habit behind the API in which generations differ is named with the test of what it does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rapidpro_simulator.testing.generation_tables import SUBJECTS, differences

RAPIDPRO = Path(__file__).parents[1]

PROOFS = {
    # Mailroom
    "time_ordered_uuids": "test_installation.py::test_uuids",
    "moves_urns": "mailroom/test_generations.py::test_number_of_another",
    "prefers_urns_of_blocked": "mailroom/messages/test_incoming.py::test_urn_of_blocked",
    "broadcasts_need_mailroom": "test_installation.py::test_textit_needs_mailroom",
    "translation": "mailroom/messages/test_dispatch.py::test_translation_of_parts",
    "renders_all": "mailroom/messages/test_dispatch.py::test_templates_everywhere",
    "empty_check": "mailroom/messages/test_dispatch.py::test_empty_message",
    "looping_threshold": "mailroom/messages/test_dispatch.py::test_looping",
    "outbox_limit": "mailroom/messages/test_dispatch.py::test_full_outbox",
    "patience": "mailroom/messages/test_dispatch.py::test_waited_for",
    "sends_to_given_urns": "mailroom/messages/test_dispatch.py::test_given_urn",
    "resend_copies": "delivery/test_delivery.py::test_resend_copies",
    "starts_need_mailroom": "api/test_flows.py::test_start_without_mailroom",
    "start_batch": "mailroom/automation/test_starts.py::test_batches",
    "campaign_rhythm": "mailroom/automation/test_campaigns.py::test_rhythm",
    "campaign_flows": "mailroom/automation/test_campaigns.py::test_message",
    "reschedules_new_group": "mailroom/test_generations.py::test_new_group_of_a_campaign",
    # Flows
    "steps_per_sprint": "mailroom/test_generations.py::test_steps",
    "runs_per_session": "mailroom/test_generations.py::test_limits",
    "webhook_url": "mailroom/flows/test_webhooks.py::test_long_url",
    "webhook_request": "mailroom/flows/test_webhooks.py::test_large_request",
    "webhook_response": "mailroom/flows/test_webhooks.py::test_large_answer",
    "version": "mailroom/definitions/test_importing.py::test_older_definition",
    "message_expiry": "mailroom/definitions/test_importing.py::test_expiry",
    "session_life": "mailroom/flows/test_sessions.py::test_end_of_life",
    "session_jitter": "mailroom/flows/test_sessions.py::test_end_of_life",
    "session_end": "mailroom/flows/test_sessions.py::test_end_of_life",
    "webhook_agent": "mailroom/flows/test_webhooks.py::test_call",
    "webhook_waits": "mailroom/flows/test_webhooks.py::test_retries",
    "webhook_keeps_status": "mailroom/flows/test_webhooks.py::test_large_answer",
    # Courier
    "rejection": "delivery/test_delivery.py::test_rejection",
    "sent_on_statuses": "delivery/test_delivery.py::test_sent_on",
    "resets_sent_on": "delivery/test_delivery.py::test_sent_on",
    "too_old_android_only": "delivery/test_housekeeping.py::test_too_old",
    "senders": "courier/test_receiving.py::test_senders",
    "no_sender": "courier/test_receiving.py::test_senders",
    # Access
    "rate_profile": "generations/test_rates.py::test_profiles",
    "key_style": "test_installation.py::test_token",
    "bucket": "api/test_generations.py::test_older_buckets",
    "staff_bucket": "test_installation.py::test_buckets",
    "workspace_header": "api/test_service.py::test_new_workspace_header",
    "workspace_header_value": "api/test_service.py::test_new_workspace_header",
    "open_documentation": "api/test_service.py::test_documentation",
    "writes_without_suffix": "api/test_service.py::test_write_without_suffix",
    "exchanges_passwords": "api/test_sign_in.py::test_generations",
    "surveyor_endpoints": "api/test_service.py::test_surveyor",
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_difference_is_proven(subject: str) -> None:
    """No generation does something of its own without a test that says so."""
    assert {habit.split("`")[1] for habit in differences(subject)} - set(PROOFS) == set()


def test_every_proof_is_there() -> None:
    """The tests that are named exist."""
    for proof in PROOFS.values():
        file, _, name = proof.partition("::")
        assert re.search(rf"^def {name}\(", (RAPIDPRO / file).read_text(encoding="utf-8"), re.MULTILINE), proof
