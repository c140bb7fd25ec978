"""Actions that call servers: webhooks and the subscribers of resthooks (flows 4)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core import events, webhooks
from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookCall, WebhookRequest
from rapidpro_simulator.rapidpro.flows.definition.actions.webhooks import FAILURE, SUCCESS
from rapidpro_simulator.rapidpro.flows.locales.timestamps import milliseconds
from rapidpro_simulator.rapidpro.flows.texts.strings import trim, truncate

from . import resthooks

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.actions.webhooks import CallResthook, CallWebhook
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

LONGEST_REPORTED_URL = 255


async def call_webhook(action: CallWebhook, run: Run) -> None:
    run.webhook = None  # expressions see no earlier call where this one is never made
    url, _ = run.evaluate_text(action.url)
    url = trim(url)
    if not url:
        run.log(events.error("Webhook URL evaluated to empty string"))
    elif not webhooks.is_valid_url(url, run.runtime.limits.webhook_url):
        shown = truncate(url, LONGEST_REPORTED_URL)
        run.log(events.error(f"Webhook URL evaluated to an invalid URL: '{shown}'", events.URL_INVALID, {"url": shown}))
    else:
        headers = {name: run.evaluate_text(value)[0] for name, value in action.headers.items()}
        body = run.evaluate_text(action.body, truncate=False)[0] if action.body else ""
        call = await _call(run, action.method, url, headers, body)
        if call is not None:
            _tell(run, call, action.result_name)


async def call_resthook(action: CallResthook, run: Run) -> None:
    run.webhook = None
    resthook = run.session.assets.resthooks.get(action.resthook)
    if resthook is None:
        return
    body = resthooks.payload(run.environment, run.context())
    run.log(events.resthook_called(resthook.slug, json.loads(body)))
    headers = {"Content-Type": "application/json"}
    calls = [await _call(run, "POST", url, headers, body, resthook.slug) for url in resthook.subscribers]
    deciding = resthooks.decisive(resthook.slug, (call for call in calls if call is not None))
    if deciding is not None:
        _tell(run, deciding, action.result_name)


async def _call(
    run: Run, method: str, url: str, headers: dict[str, str], body: str, resthook: str = ""
) -> WebhookCall | None:
    """Call a server and log what came of it; None where the call is not even attempted (flows 4.1)."""
    runtime = run.runtime
    services, limits = runtime.services, runtime.limits
    request = WebhookRequest.of(method, url, headers, body)
    if request.size > limits.webhook_request:
        run.log(events.request_too_large(request.size, limits.webhook_request))
        return None
    host = webhooks.host_name(url)
    if webhooks.is_blocked(host, services.blocked_hosts):
        run.log(events.error(f"Webhook calls to {host} are not allowed", events.URL_BLOCKED, {"hostname": host}))
        return None
    request = request.with_defaults(services.webhook_headers)
    started = runtime.now()
    response = await services.webhook(request)
    elapsed = milliseconds(started, runtime.now())
    last = response.request if response is not None and response.request is not None else request
    call = WebhookCall(last, response, elapsed, limits.webhook_response)
    if call.oversized:
        run.log(events.response_too_large(limits.webhook_response))
    run.log(events.webhook_called(call, resthook))
    return call


def _tell(run: Run, call: WebhookCall, result_name: str) -> None:
    """Save the result of a call, if it has a name, and show the call to the expressions that follow (flows 4.3)."""
    request, found = call.request, call.json
    document = None if found is None else webhooks.read_json(found)
    if result_name:
        is_short = found is not None and len(found.encode()) < webhooks.LONGEST_EXTRA
        run.save_result(
            result_name,
            str(call.status_code),
            SUCCESS if call.status() == webhooks.SUCCESS else FAILURE,
            input=f"{request.method} {request.url}",
            extra=document if is_short else None,
            extra_source=found if found and is_short else "",
        )
    run.webhook = {
        "method": request.method,
        "url": request.url,
        "status": call.status_code,
        "headers": call.response.first_headers if call.response else {},
        "json": document,
    }
