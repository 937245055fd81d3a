"""A renewed certificate takes over the products of the old one in one step.

The products were let on the market under the old paper. When the new one is from the same body for
the same holder and gives no less, nothing about them has changed: they move without another
review, and their gates open in the same transaction.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.audit.service import Entry
from market.catalogue import access, gates, rules
from market.catalogue.change_types import OPEN
from market.catalogue.errors import RenewalChanged, RenewalRefused
from market.catalogue.models import Product, ProductChange
from market.certification import queries as certification
from market.certification import renewals as papers
from market.certification.errors import CertificateNotFound
from market.certification.types import CertificateView
from market.kernel.actor import Actor
from market.kernel.i18n import N_

MISFITS = {
    "certificate_other_kind": N_("新证书不包含这个品类"),
    "certificate_other_model": N_("新证书没有列出这个型号"),
}
_HELD = Product.state != "archived"
_LISTED = 200


@dataclass(frozen=True)
class Moved:
    """A product under the old certificate; `misfit` says why the new one cannot carry it."""

    id: str
    name_zh: str
    name_en: str
    model: str
    state: str
    misfit: str = ""


@dataclass(frozen=True)
class Predecessor:
    """An older certificate of the same seller, with its products; `problem` says why the new
    one does not renew it."""

    certificate: CertificateView
    products: int
    problem: str
    same_number: bool


@dataclass(frozen=True)
class Renewal:
    """What one step would do: `fitting` moves, `left` stays under the old certificate; `seen`
    stands for what was shown, and is asked back with the confirmation."""

    old: CertificateView
    new: CertificateView
    problem: str
    fitting: Sequence[Moved] = ()
    left: Sequence[Moved] = ()
    seen: str = ""

    @property
    def listed(self) -> Sequence[Moved]:
        """The first of those that move."""
        return self.fitting[:_LISTED]


def predecessors(
    session: Session, actor: Actor, certificate_id: str, now: datetime
) -> list[Predecessor]:
    """The seller's other certificates that still have products, the likeliest first.

    Raises CertificateNotFound for another seller's certificate.
    """
    new = _own(session, actor, certificate_id, now)
    others = {
        one.id: one
        for one in certification.certificates_of_seller(session, new.seller_id, now)
        if one.id != new.id
    }
    found = [
        Predecessor(
            others[key], count, papers.problem(others[key], new),
            papers.same_number(others[key], new),
        )
        for key, count in _counts(session, new.seller_id).items()
        if key in others and others[key].valid_to < new.valid_to
    ]  # fmt: skip
    return sorted(
        found, key=lambda one: (bool(one.problem), not one.same_number, one.certificate.id)
    )


def preview(
    session: Session, actor: Actor, certificate_id: str, old_id: str, now: datetime
) -> Renewal:
    """What would move from one certificate to another. Raises CertificateNotFound."""
    new, old = _own(session, actor, certificate_id, now), _own(session, actor, old_id, now)
    if old.seller_id != new.seller_id:
        raise CertificateNotFound
    why = papers.problem(old, new)
    if why:
        return Renewal(old, new, why)
    rows = session.execute(
        select(
            Product.id, Product.name_zh, Product.name_en, Product.model, Product.state,
            Product.kind_code,
        )
        .where(Product.certificate_id == old_id, Product.maker_id == new.seller_id, _HELD)
        .order_by(Product.id)
    )  # fmt: skip
    found = [
        Moved(row.id, row.name_zh, row.name_en, row.model, row.state, _misfit(new, row))
        for row in rows
    ]
    fitting = [one for one in found if not one.misfit]
    seen = hashlib.sha256(" ".join(one.id for one in fitting).encode()).hexdigest()[:20]
    return Renewal(old, new, "", fitting, [one for one in found if one.misfit], seen)


def renew(
    session: Session, actor: Actor, certificate_id: str, old_id: str, seen: str, *, now: datetime
) -> int:
    """Move the products that were shown; returns how many.

    Their gates follow, so that they are on sale again at once; a change of theirs that waits
    keeps waiting, for the new certificate. Raises CertificateNotFound, RenewalRefused, and
    RenewalChanged when it is no longer what was shown.
    """
    maker_id = _own(session, actor, certificate_id, now).seller_id
    session.execute(
        select(Product.id)
        .where(Product.certificate_id == old_id, Product.maker_id == maker_id, _HELD)
        .order_by(Product.id)
        .with_for_update()
    )
    try:
        found = preview(session, actor, certificate_id, old_id, now)
    except CertificateNotFound:
        raise RenewalChanged() from None  # the newer one is its own: the older one is not
    if found.problem:
        raise RenewalRefused()
    if found.seen != seen or not found.fitting:
        raise RenewalChanged()
    ids = [one.id for one in found.fitting]
    for start in range(0, len(ids), gates.BULK):
        part = ids[start : start + gates.BULK]
        session.execute(
            update(Product)
            .where(Product.id.in_(part))
            .values(certificate_id=certificate_id, updated_at=now)
            .execution_options(synchronize_session=False)
        )
        _carry_changes(session, part, old_id, certificate_id)
    gates.forget_loaded(session)
    gates.settle(session, ids)
    gates.report_outside(session, certificate_id, now)
    gates.report_outside(session, old_id, now)
    _record(session, actor, found, now)
    return len(ids)


def waiting_of_seller(
    session: Session, seller_id: str, now: datetime
) -> list[tuple[str, str, int]]:
    """(number, certificate, products) of renewals with the same number, to be taken over."""
    counts = _counts(session, seller_id)
    if not counts:
        return []
    views = certification.certificates_of_seller(session, seller_id, now)
    old = [one for one in views if one.id in counts]
    return [
        (new.number, new.id, counts[one.id])
        for one in old
        for new in views
        if new.id != one.id and papers.same_number(one, new) and not papers.problem(one, new)
    ]


def _own(session: Session, actor: Actor, certificate_id: str, now: datetime) -> CertificateView:
    view = certification.get_certificate(session, certificate_id, now)
    if not access.may_edit_product(actor, view.seller_id):
        raise CertificateNotFound
    return view


def _counts(session: Session, maker_id: str) -> dict[str, int]:
    rows = session.execute(
        select(Product.certificate_id, func.count())
        .where(Product.maker_id == maker_id, Product.certificate_id.is_not(None), _HELD)
        .group_by(Product.certificate_id)
    )
    return {str(key): count for key, count in rows}


def _misfit(new: CertificateView, row: Any) -> str:
    why = rules.certificate_fits(new, new.seller_id, row.kind_code)
    if why is None and not certification.covers_model(new, row.model):
        return "certificate_other_model"
    return why or ""


def _carry_changes(session: Session, product_ids: Sequence[str], old: str, new: str) -> None:
    """What makers have proposed meanwhile was made for the old certificate."""
    waiting = session.scalars(
        select(ProductChange).where(
            ProductChange.product_id.in_(product_ids),
            ProductChange.state.in_([state.value for state in OPEN]),
        )
    )
    for change in waiting:
        change.base = _swapped(change.base, old, new)
        details = change.proposed.get("details")
        if details is not None:
            change.proposed = {**change.proposed, "details": _swapped(details, old, new)}
        change.version += 1  # what a reviewer has read is old
    session.flush()


def _swapped(details: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    same = details.get("certificate_id") == old
    return {**details, "certificate_id": new} if same else details


def _record(session: Session, actor: Actor, found: Renewal, now: datetime) -> None:
    before, after = {"certificate": found.old.id}, {"certificate": found.new.id}
    entries = [
        Entry("product.renew_certificate", "product", one.id, before=before, after=after)
        for one in found.fitting
    ]
    whole = Entry(
        "certificate.renew", "certificate", found.new.id, before=before,
        after={**after, "number": found.new.number, "products": len(entries)},
    )  # fmt: skip
    audit.record_all(session, actor, [whole, *entries], now=now)
