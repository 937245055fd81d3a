"""The one blueprint of promotions; the view modules add their pages to it."""

from typing import Any

from flask import Blueprint

from market.promotions import tracing, words

blueprint = Blueprint("promotions", __name__)


@blueprint.record_once
def _install(state: Any) -> None:
    """What pages of orders say of the promotions that were kept with them."""
    state.app.jinja_env.globals.update(
        told_discounts=tracing.told, told_seller_discounts=tracing.told_seller,
        promotion_words=words,
    )  # fmt: skip
