"""The maker reads new mandatory texts, and sees which goods cite what is over."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.catalogue.cited import Cited
from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.standards import queries, service, wording
from market.standards.views import blueprint
from market.web import desk
from market.web.access import SELLER, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.templating import back_to, render


@blueprint.get("/seller/standards")
@policy(SELLER)
def list_duties() -> str:
    """What is to be read, which goods cite what is over, and what was acknowledged."""
    with reading() as session:
        duties = queries.duties_of(session, desk.seller_id(), now())
        outdated = catalogue.outdated_products(session, desk.seller_id())
    return render(
        "standards/list_duties.html", duties=duties, outdated=outdated,
        today=shanghai_date(now()), words=wording,
    )  # fmt: skip


@blueprint.post("/seller/standards/<edition_id>/acknowledge")
@policy(SELLER)
def acknowledge_edition(edition_id: str) -> Response:
    """The text was read."""
    with unit_of_work() as session:
        service.acknowledge(session, actor(), desk.seller_id(), edition_id, now=now())
    say(_("确认好了，记下了是谁、什么时候确认的"))
    return back_to(".list_duties")


@desk.seller_tasks
def standard_tasks(session: Session, seller_id: str, now: datetime) -> Iterable[desk.DeskTask]:
    """Texts to read, and goods that cite what is, or will be, over."""
    today, to = shanghai_date(now), url_for("standards.list_duties")
    for duty in queries.duties_of(session, seller_id, now):
        one = duty.edition
        if duty.acknowledged_at is None:
            text = _("读强制性标准 %(code)s，再确认", code=one.code)
            note = _("%(day)s 起实施", day=one.effective_on)
            yield desk.DeskTask(text, 1, to, note, late=one.effective_on <= today)
    concerned: dict[Cited, list[str]] = defaultdict(list)
    for product in catalogue.outdated_products(session, seller_id):
        for cited in product.cited:
            if cited.ended_on is not None:
                concerned[cited].append(product.id)
    for cited, products in concerned.items():
        alone = url_for("catalogue.show_own_product", product_id=products[0])
        href = alone if len(products) == 1 else to
        yield desk.DeskTask(_task_words(cited), len(products), href, late=cited.is_ended(today))


def _task_words(cited: Cited) -> str:
    if cited.by:
        return _(
            "产品的执行标准 %(code)s 从 %(day)s 起被 %(by)s 代替，要改",
            code=cited.code, day=cited.ended_on, by=cited.by,
        )  # fmt: skip
    return _("产品的执行标准 %(code)s 从 %(day)s 起废止，要改", code=cited.code, day=cited.ended_on)
