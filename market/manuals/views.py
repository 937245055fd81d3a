"""The public page of a manual, made for paper."""

from flask import Blueprint

from market.db.session import reading
from market.manuals import queries
from market.manuals.forms import TITLES
from market.manuals.types import ManualPage, Section
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.qr import qr
from market.web.templating import render

blueprint = Blueprint("manuals", __name__)


@blueprint.get("/p/<product_id>/manual")
@policy(PUBLIC)
def show_manual(product_id: str) -> str:
    """The version in force."""
    with reading() as session:
        page = queries.get_page(session, product_id)
    return shown(page)


@blueprint.get("/p/<product_id>/manual/<int:version>")
@policy(PUBLIC)
def show_version(product_id: str, version: int) -> str:
    """One version, for ever."""
    with reading() as session:
        page = queries.get_page(session, product_id, version)
    return shown(page)


def shown(page: ManualPage) -> str:
    """The page of a manual."""
    base = context.settings().base_url.rstrip("/")
    manual = page.manual
    address = f"{base}/p/{manual.product_id}/manual/{manual.version}"
    return render(
        "manuals/show_manual.html", page=page, sections=list(Section), titles=TITLES,
        address=address, picture=None if manual.is_draft else qr(address),
    )  # fmt: skip
