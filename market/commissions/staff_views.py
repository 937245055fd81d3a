"""The operator's desk of commissions, and what sellers see of it."""

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.commissions import queries, service, words
from market.commissions.errors import GoodsUnknown
from market.commissions.forms import RuleForm, TrialForm, product_of
from market.commissions.trial import Trial, seller_id_of, try_line
from market.commissions.types import Rule
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.orders import queries as orders
from market.promotions import queries as promotions
from market.sellers import queries as sellers
from market.web import context, desk
from market.web.access import OPERATOR, SELLER, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, name_of, render

blueprint = Blueprint("commissions", __name__)
MONTHS = 6


@blueprint.get("/operator/commissions")
@policy(OPERATOR)
def list_rules() -> str:
    """The rules, a line to try them on, and what the preference costs."""
    return _page(RuleForm(formdata=None))


@blueprint.post("/operator/commissions")
@policy(OPERATOR)
def create_rule() -> Response | tuple[str, int]:
    """Begin a rule."""
    form = RuleForm()
    with reading() as session:
        _offer_choices(session, form)
    if form.validate():
        try:
            with unit_of_work() as session:
                seller_id = seller_id_of(session, form.seller.data or "")
                _check_product(session, form.product.data or "")
                draft = form.to_draft(seller_id, context.now())
                service.begin(session, context.actor(), draft, context.now())
            say(_("规则建好了，从生效起的新订单照它算，旧订单不变"))
            return back_to("commissions.list_rules")
        except DomainError as error:
            attach(form, error)
    return _page(form), 422


@blueprint.post("/operator/commissions/<rule_id>/end")
@policy(OPERATOR)
def end_rule(rule_id: str) -> Response:
    """End a rule."""
    with unit_of_work() as session:
        service.end(session, context.actor(), rule_id, context.now())
    say(_("规则停了，旧订单不变"))
    return back_to("commissions.list_rules")


@blueprint.get("/seller/commissions")
@policy(SELLER)
def list_own_rules() -> str:
    """The rules that can be about the own goods."""
    mine = desk.seller_id()
    with reading() as session:
        found = queries.list_rules(session, context.now())
        kept = [rule for rule in found if rule.scope.seller_id in ("", mine)]
        names = _names(session, kept)
    return render("commissions/list_own_rules.html", rules=kept, names=names, words=words)


def _page(form: RuleForm) -> str:
    trial_form, trial = TrialForm(request.args), None
    with reading() as session:
        _offer_choices(session, form)
        if trial_form.goods.data and trial_form.validate():
            trial = _try(session, trial_form)
        rules = queries.list_rules(session, context.now())
        ended = queries.ended_rules(session, context.now())
        names = _names(session, [*rules, *ended])
        months = orders.commissions_by_month(session, context.now(), MONTHS)
    return render(
        "commissions/list_rules.html", form=form, trial_form=trial_form, trial=trial, rules=rules,
        ended=ended, names=names, months=months, words=words,
    )  # fmt: skip


def _try(session: Session, form: TrialForm) -> Trial | None:
    try:
        return try_line(
            session, product_of(form.goods.data or ""), form.stall.data or "",
            form.place.data or "", form.amount_fen.data, context.now(),
        )  # fmt: skip
    except DomainError as error:
        attach(form, error)
        return None


def _check_product(session: Session, text: str) -> None:
    if text and not catalogue.product_names(session, {product_of(text)}):
        raise GoodsUnknown(field="product")


def _offer_choices(session: Session, form: RuleForm) -> None:
    groups, kinds = catalogue.list_groups(session), catalogue.list_kinds(session)
    campaigns = promotions.running(session, context.now())
    anything = ("", _("不限"))
    form.group_code.choices = [anything, *((g.code, name_of(g)) for g in groups)]
    form.kind_code.choices = [anything, *((k.code, name_of(k)) for k in kinds)]
    form.campaign_id.choices = [anything, *((c.id, name_of(c)) for c in campaigns)]


def _names(session: Session, rules: list[Rule]) -> dict[str, Any]:
    """What the rules speak of, by id or code, in the visitor's language."""
    scopes = [rule.scope for rule in rules]
    known = sellers.sellers_by_ids(session, {s.seller_id for s in scopes if s.seller_id})
    goods = catalogue.product_names(session, {s.product_id for s in scopes if s.product_id})
    english = context.language() == "en"
    named = {key: seller.name for key, seller in known.items()}
    named |= {key: en if english and en else zh for key, (zh, en, _model) in goods.items()}
    named |= {group.code: name_of(group) for group in catalogue.list_groups(session)}
    kinds = catalogue.list_kinds(session, include_closed=True)
    named |= {kind.code: name_of(kind) for kind in kinds}
    asked = {s.campaign_id for s in scopes if s.campaign_id}
    return named | {c.id: name_of(c) for c in promotions.campaigns_by_ids(session, asked)}
