"""Endpoints by which tests script faults; they exist only with a control token."""

import hmac

from flask import Blueprint, Response, abort, current_app, jsonify, request

from market.stripe_sandbox.delivery import Delivery
from market.stripe_sandbox.faults import Faults
from market.stripe_sandbox.settings import SandboxSettings

bp = Blueprint("control", __name__, url_prefix="/_control")


@bp.before_request
def check_token() -> None:
    """Without the right token there is nothing here."""
    settings: SandboxSettings = current_app.extensions["sandbox.settings"]
    given = request.headers.get("X-Control-Token", "")
    if not hmac.compare_digest(given.encode(), settings.control_token.encode()):
        abort(404)


@bp.post("/faults")
def add_fault() -> tuple[Response, int]:
    """Add one fault to the script."""
    faults: Faults = current_app.extensions["sandbox.faults"]
    try:
        faults.add(request.get_json())
    except (TypeError, ValueError) as error:
        return jsonify(error=str(error)), 400
    return jsonify(ok=True), 201


@bp.delete("/faults")
def clear_faults() -> Response:
    """Empty the script."""
    faults: Faults = current_app.extensions["sandbox.faults"]
    faults.clear()
    return jsonify(ok=True)


@bp.post("/idle")
def wait_idle() -> Response:
    """Wait until all webhooks that are due were sent."""
    delivery: Delivery = current_app.extensions["sandbox.delivery"]
    return jsonify(idle=delivery.wait_idle())
