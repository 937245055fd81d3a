"""Changes of published products wait for a reviewer; the product stays as it is until then.

Price, stock and delivery time never come here. A product has at most one open change: what its
maker edits meanwhile replaces what was proposed before.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import access, details_json
from market.catalogue.change_types import OPEN, ChangeKind, ChangeState
from market.catalogue.errors import (
    ChangeNeedsWords,
    ChangeNotFound,
    ChangeNotOpen,
    ChangeOutsideYourRegion,
    ChangeReplaced,
)
from market.catalogue.events import ProductChangeDecided, ProductChangeSubmitted
from market.catalogue.models import Product, ProductChange
from market.catalogue.product_views import product_view
from market.catalogue.types import ProductDetails, VariantDetails
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers

LEAST_WORDS = 4
_OPEN = [state.value for state in OPEN]


def needs_review(product: Product) -> bool:
    """Whether buyers have seen it: edits of drafts need nobody."""
    return product.published_at is not None


def open_change(session: Session, product_id: str) -> ProductChange | None:
    """The change of a product that is not decided yet."""
    return session.scalar(
        select(ProductChange).where(
            ProductChange.product_id == product_id, ProductChange.state.in_(_OPEN)
        )
    )


def note_edit(session: Session, product_id: str) -> None:
    """A draft that waits to be published has changed: what a reviewer has read is old."""
    session.execute(
        update(ProductChange)
        .where(ProductChange.product_id == product_id, ProductChange.state.in_(_OPEN))
        .values(version=ProductChange.version + 1)
        .execution_options(synchronize_session="fetch")
    )


def request_first(session: Session, actor: Actor, product: Product, now: datetime) -> str:
    """Ask for a product to be published for the first time; a request that is open stays.

    Returns the change's id.
    """
    known = open_change(session, product.id)
    return known.id if known else _submit(session, actor, product, ChangeKind.FIRST, now).id


def propose_details(
    session: Session, actor: Actor, product: Product, details: ProductDetails, now: datetime
) -> None:
    """Ask for what a published product says to be changed; the same as now takes it back."""
    _propose(session, actor, product, now, details=details_part(product, details))


def details_part(product: Product, details: ProductDetails) -> dict[str, Any] | None:
    """What is stored of proposed details; None when they are those of now."""
    live = product_view(product, "").details
    wanted = replace(details, kind_code=live.kind_code, unit=live.unit)
    return None if wanted == live else details_json.dump(wanted)


def propose_report(
    session: Session, actor: Actor, product: Product, file_id: str, now: datetime
) -> None:
    """Ask for another test report."""
    _propose(session, actor, product, now, report_file_id=file_id)


def propose_variant(
    session: Session, actor: Actor, product: Product, variant_id: str, details: VariantDetails,
    now: datetime,
) -> None:  # fmt: skip
    """Ask for a pack size to be changed, or to be added under an id that is free."""
    known = open_change(session, product.id)
    _propose(session, actor, product, now, variants=variants_part(known, variant_id, details))


def variants_part(
    known: ProductChange | None, variant_id: str, details: VariantDetails
) -> dict[str, Any]:
    """The pack sizes that are proposed with this one among them."""
    variants = known.proposed.get("variants", {}) if known else {}
    return {**variants, variant_id: details_json.dump(details)}


def _propose(session: Session, actor: Actor, product: Product, now: datetime, **parts: Any) -> None:
    known = open_change(session, product.id)
    if known is None:
        proposed = merged(None, parts)
        if proposed:
            _submit(session, actor, product, ChangeKind.EDIT, now, proposed)
        return
    revise(known, actor, product, parts, now)
    session.flush()


def merged(known: ProductChange | None, parts: Mapping[str, Any]) -> dict[str, Any]:
    """What is proposed when these parts come to what was; empty parts are taken back."""
    proposed = {**(known.proposed if known else {}), **parts}
    return {key: part for key, part in proposed.items() if part}


def revise(
    known: ProductChange, actor: Actor, product: Product, parts: Mapping[str, Any], now: datetime
) -> None:
    """Put parts into an open change; nothing left to propose takes it back."""
    proposed = merged(known, parts)
    if proposed == known.proposed:
        return
    if not proposed:
        _close(known, actor, ChangeState.WITHDRAWN, now)
        return
    known.proposed, known.base = proposed, _base(product)
    known.version += 1
    known.state, known.submitted_at = ChangeState.PENDING.value, now


def _submit(
    session: Session, actor: Actor, product: Product, kind: ChangeKind, now: datetime,
    proposed: dict[str, Any] | None = None,
) -> ProductChange:  # fmt: skip
    maker = sellers.get_seller(session, product.maker_id)
    change = start(actor, product, maker.region, kind, now, proposed)
    try:
        with session.begin_nested():
            session.add(change)
            session.flush()
    except IntegrityError:
        raise ChangeReplaced() from None  # a colleague was faster
    audit.record_all(session, actor, [submission(change, maker.region)], now=now)
    publish(session, ProductChangeSubmitted(change.id, product.name_zh, change.region_code))
    return change


def is_open(change: ProductChange) -> bool:
    """Whether nobody has decided it yet."""
    return change.state in _OPEN


def submission(change: ProductChange, region: RegionCode) -> audit.Entry:
    """What the audit trail says of a change that was handed in."""
    after = {"change": change.id, "kind": change.kind}
    return audit.Entry(
        "product_change.submit", "product", change.product_id, after=after, region=region
    )


def start(
    actor: Actor, product: Product, region: RegionCode, kind: ChangeKind, now: datetime,
    proposed: dict[str, Any] | None = None,
) -> ProductChange:  # fmt: skip
    """The row of a new change."""
    return ProductChange(
        id=new_id(),
        product_id=product.id,
        maker_id=product.maker_id,
        region_code=str(region),
        kind=kind.value,
        state=ChangeState.PENDING.value,
        version=1,
        base=_base(product),
        proposed=proposed or {},
        submitted_at=now,
        submitted_by=actor.account_id or "",
    )


def _base(product: Product) -> dict[str, Any]:
    base: dict[str, Any] = details_json.dump(product_view(product, "").details)
    return base


# --- the reviewer's and the maker's words -----------------------------------------------


def ask(
    session: Session, actor: Actor, change_id: str, version: int, question: str, internal: str,
    *, now: datetime,
) -> None:  # fmt: skip
    """Ask the maker something; the change waits. Raises as `taken`, and ChangeNeedsWords."""
    _require_words(question, "note")
    decided(session, actor, change_id, version, ChangeState.ASKED, question, internal, now=now)


def decline(
    session: Session, actor: Actor, change_id: str, version: int, reason: str, internal: str,
    *, now: datetime,
) -> None:  # fmt: skip
    """Refuse a change; the product stays as it is. Raises as `taken`, and ChangeNeedsWords."""
    _require_words(reason, "note")
    decided(session, actor, change_id, version, ChangeState.DECLINED, reason, internal, now=now)


def answer(session: Session, actor: Actor, change_id: str, words: str, now: datetime) -> None:
    """Answer the reviewer; the change is in the queue again.

    Raises ChangeNotFound, ChangeNotOpen, ChangeNeedsWords.
    """
    change = _own(session, actor, change_id)
    _require_words(words, "answer")
    if change.state != ChangeState.ASKED:
        raise ChangeNotOpen()
    change.answer, change.state = words.strip(), ChangeState.PENDING.value
    change.submitted_at = now
    session.flush()
    product = session.get_one(Product, change.product_id)
    publish(session, ProductChangeSubmitted(change.id, product.name_zh, change.region_code))


def withdraw(session: Session, actor: Actor, change_id: str, now: datetime) -> None:
    """Take a change back. Raises ChangeNotFound, ChangeNotOpen."""
    change = _own(session, actor, change_id)
    if change.state not in _OPEN:
        raise ChangeNotOpen()
    _close(change, actor, ChangeState.WITHDRAWN, now)
    session.flush()


def decided(
    session: Session, actor: Actor, change_id: str, version: int, state: ChangeState,
    note: str, internal: str, *, now: datetime,
) -> ProductChange:  # fmt: skip
    """Take a decision about what was read: once, and not about a newer version.

    Raises ChangeNotFound, ChangeOutsideYourRegion, ChangeNotOpen, ChangeReplaced.
    """
    change = for_review(session, actor, change_id)
    taken = session.execute(
        update(ProductChange)
        .where(
            ProductChange.id == change_id,
            ProductChange.state.in_(_OPEN),
            ProductChange.version == version,
        )
        .values(
            state=state.value, note=note.strip(), internal_note=internal.strip(),
            decided_at=now, decided_by=actor.account_id or "",
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.expire(change)
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangeReplaced() if change.state in _OPEN else ChangeNotOpen()
    product = session.get_one(Product, change.product_id)
    audit.record(
        session, actor, f"product_change.{state.value}", "product", product.id, now=now,
        before={"version": version}, after={"change": change.id, "note": note.strip()},
        region=change.region_code,
    )  # fmt: skip
    publish(
        session,
        ProductChangeDecided(
            change.id, product.id, product.name_zh, change.maker_id, state.value,
            change.kind == ChangeKind.FIRST, version, note.strip(),
        ),
    )  # fmt: skip
    return change


def for_review(session: Session, actor: Actor, change_id: str) -> ProductChange:
    """A change for its reviewers. Raises ChangeNotFound, ChangeOutsideYourRegion."""
    change = session.get(ProductChange, change_id)
    if change is None:
        raise ChangeNotFound()
    if not access.may_review_change(actor, RegionCode(change.region_code)):
        raise ChangeOutsideYourRegion()
    return change


def _own(session: Session, actor: Actor, change_id: str) -> ProductChange:
    change = session.get(ProductChange, change_id)
    if change is None or not access.may_edit_product(actor, change.maker_id):
        raise ChangeNotFound()
    return change


def _close(change: ProductChange, actor: Actor, state: ChangeState, now: datetime) -> None:
    change.state, change.decided_at = state.value, now
    change.decided_by = actor.account_id or ""


def _require_words(text: str, field: str) -> None:
    if len(text.strip()) < LEAST_WORDS:
        raise ChangeNeedsWords(field=field)
