"""Reads of changes: the maker's own, and those of a reviewer's region subtree."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.catalogue import access, changes, details_json
from market.catalogue.change_types import OPEN, ChangeKind, ChangeState, ChangeView, FieldDiff
from market.catalogue.edit_products import REPORTS
from market.catalogue.errors import ChangeNotFound
from market.catalogue.models import Product, ProductChange, Variant
from market.catalogue.product_views import product_view
from market.catalogue.types import ProductDetails, ProductView
from market.certification import queries as certification
from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.media import service as media
from market.sellers import queries as sellers

_PARTS = ("attributes", "evidence", "carbon")
_HIDDEN = ("kind_code", "report_file_id")
QUEUES = {
    "waiting": (ChangeState.PENDING,),
    "asked": (ChangeState.ASKED,),
    "done": (ChangeState.CONFIRMED, ChangeState.DECLINED, ChangeState.WITHDRAWN),
}


def list_changes(session: Session, actor: Actor, queue: str, number: int = 1) -> Page[ChangeView]:
    """Changes of the actor's subtree, longest waiting first; those that are done newest first."""
    where = governed_by(actor, ProductChange.region_code), _in(queue)
    total = session.scalar(select(func.count()).select_from(ProductChange).where(*where)) or 0
    order = ProductChange.submitted_at, ProductChange.id
    rows = session.execute(
        select(ProductChange, Product.name_zh, Product.name_en)
        .join(Product, Product.id == ProductChange.product_id)
        .where(*where)
        .order_by(*(c.desc() for c in order) if queue == "done" else order)
        .limit(PAGE_SIZE)
        .offset(offset(number))
    ).all()
    makers = sellers.sellers_by_ids(session, {row.ProductChange.maker_id for row in rows})
    items = [_view(row.ProductChange, row, makers[row.ProductChange.maker_id].name) for row in rows]
    return Page(items, total, max(1, number))


def count_changes(session: Session, actor: Actor) -> dict[str, int]:
    """How many changes of the actor's subtree are in each queue."""
    inside = governed_by(actor, ProductChange.region_code)
    rows = session.execute(
        select(ProductChange.state, func.count()).where(inside).group_by(ProductChange.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {name: sum(found.get(s.value, 0) for s in states) for name, states in QUEUES.items()}


def changes_to_review(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Publications and changes of the actor's subtree that wait for a reviewer; late since
    `before`."""
    inside = governed_by(actor, ProductChange.region_code)
    return backlog(session, ProductChange.submitted_at, before, inside, _in("waiting"))


def change_for_review(session: Session, actor: Actor, change_id: str) -> ChangeView:
    """A change with its diff, for its reviewers.

    Raises ChangeNotFound, ChangeOutsideYourRegion."""
    row = changes.for_review(session, actor, change_id)
    product = session.get_one(Product, row.product_id)
    maker = sellers.get_seller(session, row.maker_id)
    people = accounts.accounts_by_ids(session, [row.decided_by] if row.decided_by else [])
    who = people[row.decided_by].display_name if row.decided_by in people else ""
    return _view(
        row, product, maker.name, diff=_diff(session, row, product),
        internal=row.internal_note, decided_by=who,
    )  # fmt: skip


def report_of_change(session: Session, actor: Actor, change_id: str) -> tuple[Path, str, str]:
    """(path, media type, name) of the test report a change would leave in force.

    Raises as `change_for_review`, and FileMissing."""
    row = changes.for_review(session, actor, change_id)
    product = session.get_one(Product, row.product_id)
    file_id = row.proposed.get("report_file_id") or product.report_file_id or ""
    return media.private_path(session, file_id, REPORTS, product.id)


def own_change(session: Session, actor: Actor, product_id: str) -> ChangeView | None:
    """The last change of an own product with its diff; None when there was none.

    Raises ChangeNotFound for someone else's product."""
    product = session.get(Product, product_id)
    if product is None or not access.may_edit_product(actor, product.maker_id):
        raise ChangeNotFound()
    row = session.scalar(
        select(ProductChange)
        .where(ProductChange.product_id == product_id)
        .order_by(ProductChange.submitted_at.desc(), ProductChange.id.desc())
        .limit(1)
    )
    return None if row is None else _view(row, product, "",
                                          diff=_diff(session, row, product))  # fmt: skip


def find_open_change(session: Session, product_id: str) -> tuple[str, int] | None:
    """(id, version) of the change that waits for a decision."""
    row = changes.open_change(session, product_id)
    return (row.id, row.version) if row else None


def details_to_edit(session: Session, product: ProductView) -> ProductDetails:
    """What the maker goes on editing: what it asked for already, else what is in force."""
    row = changes.open_change(session, product.id)
    wanted = (row.proposed if row else {}).get("details")
    if wanted is None:
        return product.details
    found: ProductDetails = details_json.load(ProductDetails, wanted)
    return found


def changes_waiting(session: Session, seller_id: str) -> int:
    """How many changes of a maker wait for its answer."""
    where = ProductChange.maker_id == seller_id, ProductChange.state == ChangeState.ASKED.value
    return session.scalar(select(func.count()).select_from(ProductChange).where(*where)) or 0


def _in(queue: str) -> ColumnElement[bool]:
    return ProductChange.state.in_([state.value for state in QUEUES[queue]])


def _view(
    row: ProductChange, named: Any, maker: str, *, diff: tuple[FieldDiff, ...] = (),
    internal: str = "", decided_by: str = "",
) -> ChangeView:  # fmt: skip
    return ChangeView(
        id=row.id,
        product_id=row.product_id,
        product_name=named.name_zh,
        product_name_en=named.name_en or "",
        maker_id=row.maker_id,
        maker_name=maker,
        kind=ChangeKind(row.kind),
        state=ChangeState(row.state),
        version=row.version,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        decided_by=decided_by,
        note=row.note,
        answer=row.answer,
        internal_note=internal,
        diff=diff,
    )


# --- differences ------------------------------------------------------------------------


def _diff(session: Session, row: ProductChange, product: Product) -> tuple[FieldDiff, ...]:
    """Field by field: a first publication against nothing, else against the product as it was
    when the change was made."""
    if row.kind == ChangeKind.FIRST:
        after = details_json.dump(product_view(product, "").details)
        found = _fields(session, {}, after)
        variants = session.scalars(select(Variant).where(Variant.product_id == product.id))
        return (*found, *(_pack(None, _raw(variant)) for variant in variants))
    wanted = row.proposed.get("details", row.base)
    found = _fields(session, row.base, {**row.base, **wanted})
    if "report_file_id" in row.proposed:
        found.append(FieldDiff("report", "", row.base.get("report_file_id") or "",
                               row.proposed["report_file_id"]))  # fmt: skip
    for variant_id, raw in row.proposed.get("variants", {}).items():
        known = session.get(Variant, variant_id) if row.state in OPEN else None
        found.append(_pack(_raw(known) if known else None, raw))
    return tuple(found)


def _fields(
    session: Session, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[FieldDiff]:
    found: list[FieldDiff] = []
    for key, value in after.items():
        if key in _HIDDEN:
            continue
        old, new = _parts(key, before.get(key)), _parts(key, value)
        parts = (part for part in dict.fromkeys((*old, *new)) if old.get(part) != new.get(part))
        found += [FieldDiff(key, part, old.get(part, ""), new.get(part, "")) for part in parts]
    return [_numbered(session, one) for one in found]


def _numbered(session: Session, one: FieldDiff) -> FieldDiff:
    """A certificate by its number instead of its id."""
    if one.field != "certificate_id":
        return one
    ids = [key for key in (one.before, one.after) if key]
    known = certification.certificates_by_ids(session, ids, _SOME_DAY)
    texts = [known[key].number if key in known else "" for key in (one.before, one.after)]
    return FieldDiff(one.field, one.part, *texts)


_SOME_DAY = datetime.fromisoformat("2026-01-01T00:00:00+00:00")  # the number has no time


def _parts(key: str, value: Any) -> dict[str, str]:
    """A field as texts by part: one per parameter and dimension, one of anything else."""
    if value is None or value in ("", [], {}):
        return {}
    if key == "evidence":
        rows = [row for row in value if row.get("value")]
        return {row["dimension"]: _joined(row.get("value"), row.get("source")) for row in rows}
    if key == "carbon":
        return {"": _joined(value["kg_per_unit"], value["source"], value["trust"])}
    if isinstance(value, Mapping):
        return {str(part): _joined(item) for part, item in value.items()}
    if isinstance(value, list):
        return {"": "；".join(_joined(item) for item in value)}
    return {"": str(value)}


def _joined(*values: Any) -> str:
    return "，".join(
        f"{value:g}" if isinstance(value, float) else str(value) for value in values if value
    )


def _raw(variant: Variant) -> dict[str, Any]:
    return {
        "label_zh": variant.label_zh,
        "label_en": variant.label_en,
        "pack_size": details_json.dump(variant.pack_size),
        "weight_g": variant.weight_g,
    }


def _pack(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> FieldDiff:
    def words(raw: Mapping[str, Any]) -> str:
        return _joined(raw["label_zh"], raw.get("label_en"), raw["pack_size"],
                       f"{raw['weight_g'] / 1000:g} kg")  # fmt: skip

    return FieldDiff("variant", str(after["label_zh"]), words(before) if before else "",
                     words(after))  # fmt: skip
