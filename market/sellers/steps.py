"""The pages of the checklist: which form each step has, how it is filled and kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.i18n import N_
from market.media.service import NewFile
from market.media.uploads import stored
from market.sellers import forms, service
from market.sellers.types import Application
from market.web.forms import Form


@dataclass(frozen=True)
class Saving:
    """Who saves what, when; `file` is an upload already on disk."""

    session: Session
    actor: Actor
    seller_id: str
    now: datetime
    file: NewFile | None = None


@dataclass(frozen=True)
class Step:
    """One page of the checklist."""

    title: str
    form: type[Form]
    fill: Callable[[Application], Mapping[str, Any]]
    save: Callable[[Saving, Any], None]
    store: Callable[[Any], NewFile | None] = lambda _form: None


def _fill_company(application: Application) -> dict[str, Any]:
    seller, facts = application.seller, application.facts
    return {
        "name": facts.name,
        "kind": seller.kind.value,
        "region": application.place.name_zh,
        "credit_code": facts.credit_code,
        "about": application.about,
    }


def _save_company(to: Saving, form: forms.CompanyForm) -> None:
    region = service.resolve_place(to.session, form.region.data or "", narrowest=True)
    service.save_company(to.session, to.actor, to.seller_id, form.to_company(region))


def _store_licence(form: forms.LicenceForm) -> NewFile | None:
    return stored(form.licence)


def _save_licence(to: Saving, _form: forms.LicenceForm) -> None:
    if to.file is not None:
        service.attach_licence(to.session, to.actor, to.seller_id, to.file, now=to.now)


def _fill_returns(application: Application) -> dict[str, Any]:
    facts, place = application.facts, application.returns_place
    return {
        "recipient": facts.returns_recipient,
        "phone": facts.returns_phone or None,
        "returns_region": place.name_zh if place else "",
        "detail": facts.returns_detail,
    }


def _save_returns(to: Saving, form: forms.ReturnsForm) -> None:
    typed = form.returns_region.data or ""
    region = service.resolve_place(to.session, typed, field="returns_region", narrowest=True)
    service.save_returns(to.session, to.actor, to.seller_id, form.to_address(region))


STEPS: dict[str, Step] = {
    "company": Step(N_("企业信息"), forms.CompanyForm, _fill_company, _save_company),
    "licence": Step(
        N_("营业执照"), forms.LicenceForm, lambda _a: {}, _save_licence, _store_licence
    ),
    "contact": Step(
        N_("联系人"),
        forms.ContactForm,
        lambda a: {"name": a.facts.contact_name, "phone": a.facts.contact_phone or None},
        lambda to, form: service.save_contact(
            to.session, to.actor, to.seller_id, form.to_contact()
        ),
    ),
    "returns": Step(N_("退货地址"), forms.ReturnsForm, _fill_returns, _save_returns),
    "payout": Step(
        N_("收款账户"),
        forms.PayoutForm,
        lambda a: {
            "holder": a.facts.payout_holder or a.facts.name,
            "bank": a.facts.payout_bank,
            "account": a.facts.payout_account,
        },
        lambda to, form: service.save_payout(to.session, to.actor, to.seller_id, form.to_account()),
    ),
    "pledges": Step(
        N_("承诺和确认"),
        forms.PledgesForm,
        lambda a: {
            "delivery": a.facts.delivery_pledged,
            "standards": a.facts.standards_acknowledged,
        },
        lambda to, form: service.acknowledge(
            to.session, to.actor, to.seller_id,
            delivery=bool(form.delivery.data), standards=bool(form.standards.data), now=to.now,
        ),
    ),
}  # fmt: skip
