"""The blueprint that the pages of subsidies share."""

from typing import Any

from flask import Blueprint

from market.subsidies import tracing, words

blueprint = Blueprint("subsidies", __name__)


@blueprint.record_once
def _install(state: Any) -> None:
    """What pages of orders and quotations say of the schemes that were kept with them."""
    state.app.jinja_env.globals.update(
        told_subsidies=tracing.told, told_seller_subsidies=tracing.told_seller,
        subsidy_words=words,
    )  # fmt: skip
