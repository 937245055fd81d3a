"""Reads of the register; frozen values out, a fixed number of statements each."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.contents import broken
from market.kernel.clock import shanghai_date
from market.substances.errors import ContentNotFound, SubstanceNotFound
from market.substances.models import DeclaredContent, Substance, SubstanceRule
from market.substances.types import RuleView, Status, SubstanceView


def list_substances(session: Session) -> list[SubstanceView]:
    """The whole register by name."""
    rows = session.scalars(select(Substance).order_by(Substance.name_zh, Substance.id)).all()
    rules = rules_of(session, [row.id for row in rows])
    return [_view(row, rules) for row in rows]


def get_substance(session: Session, substance_id: str) -> SubstanceView:
    """One substance. Raises SubstanceNotFound."""
    row = session.get(Substance, substance_id)
    if row is None:
        raise SubstanceNotFound
    return _view(row, rules_of(session, [substance_id]))


def count_declaring(session: Session) -> dict[str, int]:
    """How many products declare each substance."""
    rows = session.execute(
        select(DeclaredContent.substance_id, func.count()).group_by(DeclaredContent.substance_id)
    )
    return {row[0]: row[1] for row in rows}


def rules_of(session: Session, substance_ids: Collection[str]) -> dict[str, tuple[RuleView, ...]]:
    """The rules of substances, newest day first, the later written of one day before."""
    rows = session.scalars(
        select(SubstanceRule)
        .where(SubstanceRule.substance_id.in_(set(substance_ids)))
        .order_by(
            SubstanceRule.valid_from.desc(), SubstanceRule.made_at.desc(), SubstanceRule.id.desc()
        )
    )
    found: dict[str, list[RuleView]] = defaultdict(list)
    for row in rows:
        found[row.substance_id].append(_rule(row))
    return {key: tuple(views) for key, views in found.items()}


def report_of(session: Session, product_id: str, substance_id: str) -> str:
    """The file id of the report behind a declared content. Raises ContentNotFound."""
    row = session.get(DeclaredContent, (product_id, substance_id))
    if row is None or row.report_file_id is None:
        raise ContentNotFound
    return row.report_file_id


def compliant_products(
    session: Session, kind_code: str, substance_ids: Collection[str], now: datetime
) -> set[str]:
    """Live products of a kind that declare all these substances and meet every rule."""
    today = shanghai_date(now)
    return {
        product_id
        for product_id, contents in catalogue.contents_of_kind(session, kind_code).items()
        if set(substance_ids) <= {one.substance_id for one in contents}
        and not broken(contents, today)
    }


def _view(row: Substance, rules: dict[str, tuple[RuleView, ...]]) -> SubstanceView:
    return SubstanceView(row.id, row.cas, row.name_zh, row.name_en, rules.get(row.id, ()))


def _rule(row: SubstanceRule) -> RuleView:
    return RuleView(
        Status(row.status), row.valid_from, row.basis, row.limit_value, row.unit,
        tuple(row.kinds), row.replace_zh, row.replace_en, tuple(row.replace_kinds), row.id,
        row.made_by,
    )  # fmt: skip
