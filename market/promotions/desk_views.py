"""The pages that the desks of sellers and of staff have in common."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.accounts import queries as accounts
from market.audit import queries as audit
from market.audit.queries import BudgetChange
from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.promotions import (
    comparison,
    group_board,
    naming,
    offering,
    picking,
    places,
    proofs,
    queries,
    rules,
    service,
    sharing,
    trial_views,
    words,
)
from market.promotions.errors import NotADraft
from market.promotions.forms import CodeForm, PromotionForm, filled
from market.promotions.offer_forms import DecideProofForm
from market.promotions.picking import Picks
from market.promotions.types import Owner, Ownership, Phase, PromotionView, ProofView
from market.web.budget_form import BudgetForm
from market.web.context import actor, language, now
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import name_of, render

MOST_MEMBERS = 20  # on the promotion's page; the list to print has all


@dataclass(frozen=True)
class Desk:
    """Whose desk it is; `prefix` makes the endpoints: promotions.<verb>_<prefix>."""

    name: str
    prefix: str

    def to(self, verb: str, **values: Any) -> str:
        """The address of one of this desk's pages."""
        plural = "promotions" if verb == "list" else "promotion"
        return url_for(f"promotions.{verb}_{self.prefix}_{plural}", **values)

    def joins(self, promotion_id: str) -> str:
        """The address of the list of those who joined a purchase."""
        return url_for(f"promotions.list_{self.prefix}_joins", promotion_id=promotion_id)

    def page(self, number: int) -> str:
        """The address of a page of the list."""
        return self.to("list", page=number)

    def back(self, promotion_id: str, anchor: str | None = None) -> Response:
        """To the promotion's page, after a POST."""
        to = self.to("show", promotion_id=promotion_id, _anchor=anchor)
        return Response(status=303, headers={"Location": to})


def edit_page(desk: Desk, ownership: Ownership, promotion_id: str | None) -> Any:
    """New or existing draft: the form, and what happens when it is sent."""
    with reading() as session:
        seen = _draft(session, promotion_id) if promotion_id else None
        form, picks = _form(session, ownership, seen)
    if form.is_submitted() and picking.looking(form, request.form.get("look")):
        picks.attach(form)
        return _edit_page(desk, seen, form, picks)
    sound = form.validate_on_submit()
    if picks.attach(form) and sound:
        try:
            with unit_of_work() as session:
                promotion_id = _keep(session, form, ownership, promotion_id)
            say(_("存好了。先在下面试算，再上线"))
            return desk.back(promotion_id)
        except DomainError as error:
            attach(form, error)
    page = _edit_page(desk, seen, form, picks)
    return (page, 422) if form.is_submitted() else page


def _edit_page(desk: Desk, seen: PromotionView | None, form: PromotionForm, picks: Picks) -> str:
    return render("promotions/edit_promotion.html", form=form, at=desk, seen=seen, picks=picks)


def _keep(
    session: Session, form: PromotionForm, ownership: Ownership, promotion_id: str | None
) -> str:
    """Store what the form says, as a new draft without an id; returns the id."""
    prefixes = places.read_places(session, form.regions.data or "")
    region = _paying_region(ownership, prefixes)
    draft = form.to_draft(prefixes, region, picking.names_offered(form))
    if ownership.owner is Owner.SELLER:
        draft = rules.with_rest(draft)
    if promotion_id is None:
        return service.create_draft(session, actor(), ownership, draft, now())
    service.update_draft(session, actor(), promotion_id, draft, now())
    return promotion_id


def _draft(session: Session, promotion_id: str) -> PromotionView:
    seen = queries.get_managed(session, actor(), promotion_id, now())
    if seen.phase is not Phase.DRAFT:
        raise NotADraft
    return seen


def _form(
    session: Session, ownership: Ownership, seen: PromotionView | None
) -> tuple[PromotionForm, Picks]:
    data = filled(seen.draft, places.written(session, seen.draft.region_prefixes)) if seen else {}
    if ownership.owner is Owner.SELLER:  # it writes what it asks for; the rest follows
        data.pop("share_seller", None)
    form = PromotionForm(data=data)
    kept = seen.draft if seen else None
    offering.fill_choices(session, form, ownership, now())
    offering.fill_goods(session, form, ownership, kept, now())
    if ownership.seller_id:
        return form, Picks(local=False)
    return form, picking.pick(session, form, naming.scope_of(actor(), ownership), kept, now())


def _paying_region(ownership: Ownership, prefixes: frozenset[str]) -> str:
    """Whose share "the region" is: the office's own, or the only region it holds in."""
    if ownership.owner is Owner.REGION:
        return str(ownership.region)
    return next(iter(prefixes)) if len(prefixes) == 1 else ""


def show_page(
    desk: Desk,
    promotion_id: str,
    code_form: CodeForm | None = None,
    budget_form: BudgetForm | None = None,
    decided: Mapping[str, DecideProofForm] | None = None,
) -> str:
    """One promotion: what it says, where it stands, codes, trial, statistics; with `decided`, the
    form of a proof that was refused."""
    with reading() as session:
        seen = queries.get_managed(session, actor(), promotion_id, now())
        handed_in = proofs.sent_to(session, promotion_id)
        trial = trial_views.tried(session, seen)
        changes = audit.budget_changes(session, "promotion", promotion_id)
        return render(
            "promotions/show_promotion.html",
            at=desk,
            seen=seen,
            says=conditions_said(session, seen),
            share=sharing.share_of(session, seen),
            codes=queries.codes_of(session, promotion_id),
            code_form=code_form or CodeForm(formdata=None),
            budget_form=budget_form or BudgetForm(formdata=None),
            changes=changes,
            people=_people(session, changes),
            stats=queries.statistics(session, promotion_id),
            compared=comparison.compare(session, seen, now()),
            proofs=handed_in,
            decide_forms=_decide_forms(handed_in, decided or {}),
            board=group_board.board_of(session, seen, language(), MOST_MEMBERS),
            trial=trial,
            words=words,
        )


def conditions_said(session: Session, seen: PromotionView) -> list[str]:
    """The conditions of a promotion, one sentence each."""
    kinds = {kind.code: kind for kind in catalogue.list_kinds(session, include_closed=True)}
    return words.say_conditions(
        seen.draft,
        places.place_labels(session, seen.draft.region_prefixes, language()),
        [name_of(kinds[c]) for c in sorted(seen.draft.kind_codes) if c in kinds],
        offering.names_said(session, seen.draft),
    )


def _people(session: Session, changes: Iterable[BudgetChange]) -> dict[str, str]:
    ids = sorted({one.account_id for one in changes if one.account_id})
    return {key: one.display_name for key, one in accounts.accounts_by_ids(session, ids).items()}


def _decide_forms(
    handed_in: Iterable[ProofView], decided: Mapping[str, DecideProofForm]
) -> dict[str, DecideProofForm]:
    """A form for each proof that waits, with ids of its own on the page."""
    forms = {}
    for proof in handed_in:
        if proof.state != "waiting":
            continue
        form = decided.get(proof.id) or DecideProofForm(
            formdata=None, data={"accepted": proof.pieces}
        )
        for field in (form.accepted, form.reason):
            field.id = f"{field.name}-{proof.id}"
        forms[proof.id] = form
    return forms


def add_codes(desk: Desk, promotion_id: str) -> Any:
    """Add codes of one's own or have them made."""
    form = CodeForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                if form.code.data:
                    made = service.add_codes(
                        session, actor(), promotion_id, [form.code.data],
                        max_uses=form.max_uses.data, now=now(),
                    )  # fmt: skip
                else:
                    made = service.make_codes(
                        session, actor(), promotion_id, form.count.data,
                        max_uses=form.max_uses.data, now=now(),
                    )  # fmt: skip
            say(_("加了 %(count)s 个优惠码", count=len(made)))
            return desk.back(promotion_id, "codes")
        except DomainError as error:
            if error.status == 404:
                raise
            attach(form, error)
    return show_page(desk, promotion_id, form), 422


def change_budget(desk: Desk, promotion_id: str) -> Any:
    """Another budget for a live promotion."""
    form = BudgetForm()
    with reading() as session:
        queries.get_managed(session, actor(), promotion_id, now())
    if form.validate():
        try:
            with unit_of_work() as session:
                service.change_budget(
                    session, actor(), promotion_id, form.budget_fen.data,
                    form.reason.data or "", now(),
                )  # fmt: skip
            say(_("预算改好了，从现在起的订单照新的算"))
            return desk.back(promotion_id, "budget")
        except DomainError as error:
            attach(form, error)
    return show_page(desk, promotion_id, budget_form=form), 422


def act(desk: Desk, promotion_id: str, verb: str) -> Response:
    """Schedule, stop or ask the platform to share; a refusal is said on the promotion's page."""
    run = {"schedule": service.schedule, "stop": service.stop, "share": sharing.ask}[verb]
    done = {
        "schedule": _("上线了，从开始那天起自动生效"),
        "stop": _("停了，已经下单的照样算"),
        "share": _("交给平台了，等平台同意。答复了会发消息给你"),
    }
    try:
        with unit_of_work() as session:
            run(session, actor(), promotion_id, now())
        say(done[verb])
    except DomainError as error:
        if error.status in (403, 404):
            raise
        say_refusal(error)
    return desk.back(promotion_id)
