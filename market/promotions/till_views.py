"""The shop's till: scan or type a code, see what it gives, redeem it once."""

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.money import format_fen
from market.promotions import vouchers, words
from market.promotions.blueprint import blueprint
from market.promotions.offer_forms import MOST_LINES, QueuedLine, QueueForm, TillForm
from market.promotions.types import AtTill, TillRow
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render

OUTCOMES = words.OUTCOMES
GOOD = frozenset({"redeemed", vouchers.SAME_USE})


@blueprint.get("/seller/till")
@policy(SELLER)
def show_till() -> str:
    """The till with the scanned code filled in, and its queue."""
    return _page(TillForm(formdata=None, data={"code": request.args.get("code", "")[:32]}))


def _page(
    form: TillForm,
    queue_form: QueueForm | None = None,
    found: AtTill | None = None,
    settled: list[tuple[str, TillRow]] | None = None,
) -> str:
    if settled is None:
        with reading() as session:
            rows = [("", row) for row in vouchers.queued(session, desk.seller_id())]
    return render(
        "promotions/show_till.html",
        form=form,
        queue_form=queue_form or QueueForm(formdata=None),
        found=found,
        rows=rows if settled is None else settled,
        outcomes=OUTCOMES,
        words=words,
    )


@blueprint.post("/seller/till")
@policy(SELLER)
def use_till() -> Any:
    """First show what the code gives; with `sure`, redeem it."""
    form = TillForm()
    if not form.validate():
        return _page(form), 422
    code, goods, now = form.code.data or "", form.goods_fen.data, context.now()
    try:
        if "sure" in request.form:
            with unit_of_work() as session:
                off = vouchers.redeem(
                    session, context.actor(), desk.seller_id(), code, goods, now=now
                )
            say(_("核销好了，这一单减 %(amount)s 元", amount=format_fen(off)))
            return back_to("promotions.show_till")
        with reading() as session:
            found = vouchers.look(session, context.actor(), desk.seller_id(), code, goods, now)
    except DomainError as error:
        attach(form, error)
        return _page(form), 422
    return _page(form, found=found)


@blueprint.post("/seller/till/queue")
@policy(SELLER)
def send_queue() -> Any:
    """Settle what was taken down without a connection, each line by itself.

    The answer shows what became of exactly these lines: a till forgets a line only when it
    reads it here. Sent again, a line gets the same answer, so nothing is lost to a connection
    that breaks on the way back.
    """
    form, now = QueueForm(), context.now()
    try:
        entries = form.entries(now) if form.validate() else []
    except DomainError as error:
        attach(form, error)
        entries = []
    if not entries:
        return _page(TillForm(formdata=None), form), 422
    done = [(line.text, _settle(line, now)) for line in entries]
    _say_settled(done, form.keep_surplus())
    return _page(TillForm(formdata=None), form, settled=done)


def _say_settled(done: list[tuple[str, TillRow]], surplus: int) -> None:
    good = sum(row.outcome in GOOD for _text, row in done)
    say(
        _("收到 %(count)s 条，核销 %(good)s 条，没核销的写明了原因", count=len(done), good=good),
        "ok" if good == len(done) else "warn",
    )
    if surplus:
        say(
            _("一次最多收 %(most)s 条，后面的 %(count)s 条没有收，还在下面，请再交一次",
              most=MOST_LINES, count=surplus),
            "warn",
        )  # fmt: skip


def _settle(line: QueuedLine, now: datetime) -> TillRow:
    with unit_of_work() as session:
        return vouchers.take_queued(
            session, context.actor(), desk.seller_id(), line.row, line.key, now
        )
