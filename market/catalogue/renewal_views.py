"""The seller's page of a renewed certificate: which products it takes over, in one step."""

from collections.abc import Iterable
from datetime import datetime

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.catalogue import renewals, words
from market.catalogue.blueprint import blueprint
from market.catalogue.errors import RenewalChanged, RenewalRefused
from market.certification.renewals import PROBLEMS
from market.db.session import reading, unit_of_work
from market.web import desk
from market.web.access import SELLER, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.templating import back_to, render


@blueprint.get("/seller/certificates/<certificate_id>/products")
@policy(SELLER)
def show_renewal(certificate_id: str) -> str:
    """What the certificate could take over, and from which older one."""
    return _page(certificate_id, request.args.get("old", ""))


@blueprint.post("/seller/certificates/<certificate_id>/products")
@policy(SELLER)
def take_renewal(certificate_id: str) -> str | Response | tuple[str, int]:
    """Move the products that were shown."""
    old = request.form.get("old", "")
    try:
        with unit_of_work() as session:
            count = renewals.renew(
                session, actor(), certificate_id, old, request.form.get("seen", ""), now=now()
            )
    except (RenewalChanged, RenewalRefused) as error:
        return _page(certificate_id, old, _(error.message)), 409
    say(_("%(count)s 个产品换到了这张证书", count=count))
    return back_to("certification.show_own_certificate", certificate_id=certificate_id)


@desk.seller_tasks
def renewal_tasks(session: Session, seller_id: str, at: datetime) -> Iterable[desk.DeskTask]:
    """Renewals whose products still stand under the old certificate."""
    for number, key, count in renewals.waiting_of_seller(session, seller_id, at):
        text = _(
            "证书 %(number)s 换证通过了，%(count)s 个产品可以换过来", number=number, count=count
        )
        href = url_for("catalogue.show_renewal", certificate_id=key)
        yield desk.DeskTask(text, count, href, _("点一下就恢复销售，不用再审"), late=True)


def _page(certificate_id: str, old_id: str, trouble: str = "") -> str:
    with reading() as session:
        olds = renewals.predecessors(session, actor(), certificate_id, now())
        old_id = old_id if old_id in {one.certificate.id for one in olds} else ""
        if not old_id and olds and not olds[0].problem:
            old_id = olds[0].certificate.id
        chosen = (
            renewals.preview(session, actor(), certificate_id, old_id, now()) if old_id else None
        )
    return render(
        "catalogue/show_renewal.html", certificate_id=certificate_id, olds=olds, chosen=chosen,
        trouble=trouble, problems=PROBLEMS, misfits=renewals.MISFITS, words=words,
    )  # fmt: skip
