"""Configurations that are kept: the list, variants, short codes, three side by side."""

from flask import current_app, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.bundles import owning, queries, service, wording
from market.bundles.blueprint import blueprint
from market.bundles.ports import PRICE, PriceGoods
from market.bundles.sharing import MOST_COMPARED
from market.bundles.types import Calculation, Configuration, Priced
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.feedback import say
from market.web.templating import back_to, render

MAX_NAME = 40


@blueprint.get("/bundles/my")
@policy(PUBLIC)
def list_configurations() -> str:
    """Everything the visitor keeps, to open, to compare, to throw away."""
    with reading() as session:
        rows = service.list_mine(session, owning.owner())
        names = {card.slug: card for card, _changed in queries.list_all(session)}
    return render("bundles/list_configurations.html", rows=rows, names=names, most=MOST_COMPARED)


@blueprint.get("/bundles/compare")
@policy(PUBLIC)
def compare_configurations() -> str:
    """Up to three of the visitor's configurations side by side, priced here and now."""
    ids = list(dict.fromkeys(request.args.getlist("c")))[:MOST_COMPARED]
    with reading() as session:
        found = [_column(session, one) for one in ids]
        region = context.region()
    columns = [column for column in found if column is not None]
    return render(
        "bundles/compare_configurations.html",
        columns=columns,
        rows=wording.comparison([(c, p) for _stored, c, p in columns]),
        region=region,
    )


def _column(
    session: Session, configuration_id: str
) -> tuple[Configuration, Calculation, Priced] | None:
    """One of them with its price; None when it is gone or its bundle is retired."""
    price: PriceGoods = current_app.extensions[PRICE]
    region, now = context.region(), context.now()
    try:
        stored = queries.get_configuration(session, owning.owner(), configuration_id)
        found = service.price(
            session, stored.slug, stored.choices, region, now, stored.bundle_version
        )
    except DomainError:
        return None
    return (
        stored,
        found,
        price(session, found.lines, found.bundle.card.id, region, context.actor().account_id, now),
    )


@blueprint.post("/bundles/<slug>/my/<configuration_id>/share")
@policy(PUBLIC)
def share_configuration(slug: str, configuration_id: str) -> Response:
    """Give it a short code that opens the same choices for anybody."""
    with unit_of_work() as session:
        code = service.share(session, owning.owner(), configuration_id, context.now())
    address = url_for("bundles.open_share", code=code, _external=True)
    say(_("分享码 %(code)s，谁有它都能打开同一套：%(address)s", code=code, address=address))
    return back_to(
        "bundles.show_configuration", slug=slug, configuration_id=configuration_id, _anchor="keep"
    )


@blueprint.post("/bundles/<slug>/my/<configuration_id>/variants")
@policy(PUBLIC)
def keep_variant(slug: str, configuration_id: str) -> Response:
    """Keep a copy and go on with it; the first stays as it is."""
    name = " ".join(request.form.get("name", "").split())[:MAX_NAME]
    with unit_of_work() as session:
        copy = service.keep_as_variant(
            session, owning.owner_to_write(), configuration_id, name, context.now()
        )
    say(_("另存好了，现在改的是新的这一套"), href=url_for("bundles.list_configurations"),
        link=_("看存下的"))  # fmt: skip
    return back_to("bundles.show_configuration", slug=slug, configuration_id=copy, _anchor="size")


@blueprint.post("/bundles/<slug>/my/<configuration_id>/forget")
@policy(PUBLIC)
def forget_configuration(slug: str, configuration_id: str) -> Response:
    """Throw one away."""
    with unit_of_work() as session:
        service.forget(session, owning.owner(), configuration_id)
    say(_("删掉了"))
    return back_to("bundles.list_configurations")


@blueprint.get("/b/<code>")
@policy(PUBLIC)
def open_share(code: str) -> Response:
    """Keep a shared configuration as the visitor's own and show it."""
    now = context.now()
    with unit_of_work() as session:
        shared = service.get_share(session, code)
        stored_id = service.save_configuration(
            session, owning.owner_to_write(), shared.slug, shared.choices,
            configuration_id=None, now=now, version=shared.version,
        )  # fmt: skip
    return redirect(
        url_for("bundles.show_configuration", slug=shared.slug, configuration_id=stored_id), 303
    )
