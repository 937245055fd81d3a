"""The gateway's notifications: verified, stored, acknowledged; understood after that."""

import json

from flask import Blueprint, request
from werkzeug.wrappers import Response

from market.checkout import jobs
from market.db.session import unit_of_work
from market.kernel.ports import ForgedEvent
from market.payments import service as payments
from market.web.access import PUBLIC, policy
from market.web.context import now
from market.web.errors import problem
from market.web.providers import payment_provider
from market.web.security import csrf

blueprint = Blueprint("webhooks", __name__)
csrf.exempt(blueprint)
LARGEST_EVENT = 512 * 1024


@blueprint.post("/webhooks/stripe")
@policy(PUBLIC)
def receive_stripe() -> Response:
    """400 for anything not signed lately by the gateway; 200 once it is stored."""
    provider = payment_provider()
    if provider is None:
        return problem(404, "no_gateway", "no gateway is set up")
    if (request.content_length or 0) > LARGEST_EVENT:
        return problem(413, "too_large", "the event is too large")
    payload = request.get_data(cache=False)
    try:
        event = provider.open_event(payload, request.headers.get("Stripe-Signature", ""))
    except ForgedEvent:
        return problem(400, "bad_signature", "the signature or its time is wrong")
    with unit_of_work() as session:
        row_id = payments.store_event(
            session,
            provider=provider.name,
            event_id=event.id,
            kind=event.type,
            payload=json.loads(payload),
            now=now(),
        )
    jobs.handle_event(provider, row_id, now())
    return Response("ok", 200, content_type="text/plain")
