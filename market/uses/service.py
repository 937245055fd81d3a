"""The operator's verbs on application classes."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.kernel.actor import Actor, need_operator
from market.kernel.ids import new_id
from market.uses.errors import (
    KindOrGroup,
    NothingAsked,
    StarOfUngraded,
    UseRuleKnown,
    UseRuleNotFound,
)
from market.uses.models import UseRuleRow
from market.uses.types import RuleDraft


def save_rule(
    session: Session, actor: Actor, rule_id: str | None, draft: RuleDraft, *, now: datetime
) -> str:
    """Add a rule, or change the one with this id; returns the id.

    Raises Forbidden, UseRuleNotFound, KindOrGroup, NothingAsked, StarOfUngraded, KindNotFound,
    UseRuleKnown.
    """
    need_operator(actor)
    _check(session, draft)
    row = session.get(UseRuleRow, rule_id) if rule_id else UseRuleRow(id=new_id())
    if row is None:
        raise UseRuleNotFound
    try:
        with session.begin_nested():
            for name, value in _columns(draft).items():
                setattr(row, name, value)
            row.changed_at = now
            session.add(row)
    except IntegrityError:
        raise UseRuleKnown(field="kind_code") from None
    after = {key: str(value) for key, value in _columns(draft).items()}
    audit.record(session, actor, "use_rule.save", "use_rule", row.id, now=now, after=after)
    return row.id


def remove_rule(session: Session, actor: Actor, rule_id: str, *, now: datetime) -> None:
    """The use asks nothing of them any more. Raises Forbidden, UseRuleNotFound."""
    need_operator(actor)
    row = session.get(UseRuleRow, rule_id)
    if row is None:
        raise UseRuleNotFound
    before = {"use": row.use, "kind": row.kind_code, "group": row.group_code}
    session.delete(row)
    session.flush()
    audit.record(session, actor, "use_rule.remove", "use_rule", rule_id, now=now, before=before)


def _check(session: Session, draft: RuleDraft) -> None:
    if bool(draft.kind_code) == bool(draft.group_code):
        raise KindOrGroup(field="kind_code")
    if draft.min_star is None and draft.max_voc is None:
        raise NothingAsked(field="min_star")
    if draft.kind_code:
        kind = catalogue.get_kind(session, draft.kind_code)
        if draft.min_star is not None and kind.scheme.value != "graded":
            raise StarOfUngraded(field="min_star")


def _columns(draft: RuleDraft) -> dict[str, Any]:
    return {
        "use": draft.use.value, "kind_code": draft.kind_code, "group_code": draft.group_code,
        "min_star": draft.min_star, "max_voc": draft.max_voc, "basis_zh": draft.basis_zh,
        "basis_en": draft.basis_en, "sample": draft.sample,
    }  # fmt: skip
