"""Reads of application classes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.uses.errors import UseRuleNotFound
from market.uses.models import UseRuleRow
from market.uses.types import Use, UseRule


def list_rules(session: Session) -> tuple[UseRule, ...]:
    """Every rule by use; there are few, and one statement reads them."""
    rows = session.scalars(
        select(UseRuleRow).order_by(
            UseRuleRow.use, UseRuleRow.group_code, UseRuleRow.kind_code, UseRuleRow.id
        )
    )
    return tuple(_rule(row) for row in rows)


def get_rule(session: Session, rule_id: str) -> UseRule:
    """One rule. Raises UseRuleNotFound."""
    row = session.get(UseRuleRow, rule_id)
    if row is None:
        raise UseRuleNotFound
    return _rule(row)


def _rule(row: UseRuleRow) -> UseRule:
    return UseRule(
        row.id, Use(row.use), row.kind_code, row.group_code, row.min_star, row.max_voc,
        row.basis_zh, row.basis_en, row.sample,
    )  # fmt: skip
