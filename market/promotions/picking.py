"""Naming goods and sellers in the promotion form: what was found, what was pasted, what is chosen.

All of it happens in the form: looking for something sends the whole form, which comes back with
everything typed and the finds to tick. What is pasted is read row by row; the rows that name one
thing are ticked, the others stay with their reasons.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.promotions import naming
from market.promotions.forms import PromotionForm
from market.promotions.naming import MOST_ROWS, Scope, Shown
from market.promotions.types import Named, PromotionDraft
from market.web.choices import choice
from market.web.templating import name_of

MOST_ERRORS = 10
_ADDRESS = re.compile(r"/(?:id/product|products|sellers)/([0-9a-z]{20})\b")

Find = Callable[[str], tuple[list[Shown], bool]]
Read = Callable[[Collection[str]], Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Kind:
    """One sort of thing to name, by the fields of the form, and how it is found."""

    chosen: str
    find: str
    paste: str
    called: Find
    numbered: Read
    shown: Callable[[Collection[str]], list[Shown]]
    nameable: Callable[[Collection[str]], set[str]]


@dataclass
class Picks:
    """What came of looking: how many were found by field, of which of them there are more, and
    what is wrong with rows that were pasted. `local`: only what the own region may name."""

    local: bool
    found: dict[str, int] = field(default_factory=dict)
    more: set[str] = field(default_factory=set)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def attach(self, form: PromotionForm) -> bool:
        """Put what is wrong beside the fields, after their own checks; whether all is well."""
        for name, texts in self.errors.items():
            form[name].errors = [*form[name].errors, *texts]
        return not self.errors


def looking(form: PromotionForm, asked: str | None) -> bool:
    """Whether the form was sent to look for something, not to be kept."""
    fields = {"product_ids": ("find_product", "paste_products"),
              "seller_ids": ("find_seller", "paste_sellers"),
              "bundle_products": ("find_bundle_product",)}  # fmt: skip
    return any((form[name].data or "").strip() for name in fields.get(asked or "", ()))


def pick(
    session: Session, form: PromotionForm, scope: Scope, kept: PromotionDraft | None, now: datetime
) -> Picks:
    """Fill the lists of an office's form: what is chosen, ticked, and what was found."""
    picks = Picks(local=scope.regions is not None)
    rule = kept.bundle if kept else None
    already = {
        "product_ids": kept.product_ids if kept else frozenset(),
        "seller_ids": kept.seller_ids if kept else frozenset(),
        "bundle_products": frozenset(x.id for x in rule.products) if rule else frozenset(),
    }
    for kind in _kinds(session, scope, now):
        _pick(form, kind, already[kind.chosen], picks)
    return picks


def _kinds(session: Session, scope: Scope, now: datetime) -> tuple[Kind, ...]:
    goods = (
        lambda words: naming.products_called(session, words, scope, now),
        lambda numbers: naming.products_numbered(session, numbers, scope, now),
        lambda ids: naming.shown_products(session, ids),
        lambda ids: naming.nameable_products(session, ids, scope, now),
    )
    return (
        Kind("product_ids", "find_product", "paste_products", *goods),
        Kind(
            "seller_ids", "find_seller", "paste_sellers",
            lambda words: naming.sellers_called(session, words, scope),
            lambda numbers: naming.sellers_numbered(session, numbers, scope),
            lambda ids: naming.shown_sellers(session, ids),
            lambda ids: naming.nameable_sellers(session, ids, scope),
        ),
        Kind("bundle_products", "find_bundle_product", "", *goods),
    )  # fmt: skip


def _pick(form: PromotionForm, kind: Kind, already: frozenset[str], picks: Picks) -> None:
    chosen = form[kind.chosen]
    if kind.paste:
        chosen.data = [*(chosen.data or ()), *_pasted(form, kind, picks)]
    wanted = set(chosen.data or ())
    allowed = kind.nameable(wanted - already) | (wanted & already)
    offered = kind.shown(allowed | already)
    words = (form[kind.find].data or "").strip()
    if words:
        found, more = kind.called(words)
        picks.found[kind.find] = len(found)
        if more:
            picks.more.add(kind.find)
        known = {one.id for one in offered}
        offered += [one for one in found if one.id not in known]
    chosen.choices = [choice(one.id, name_of(one), one.more) for one in offered]
    chosen.named = {one.id: Named(one.id, one.name_zh, one.name_en) for one in offered}


def _pasted(form: PromotionForm, kind: Kind, picks: Picks) -> list[str]:
    """The ids of rows that name one thing; the other rows stay in the field with their reasons."""
    typed = form[kind.paste]
    rows = [row.strip() for row in (typed.data or "").splitlines() if row.strip()]
    if len(rows) > MOST_ROWS:
        picks.errors[kind.paste] = [_("一次最多贴 %(most)s 行", most=MOST_ROWS)]
        return []
    read = kind.numbered({_number(row) for row in rows})
    good = {row: read[_number(row)] for row in rows}
    bad = [row for row in rows if len(good[row]) != 1]
    typed.data = "\n".join(bad)
    errors = [_why(number, row, len(good[row])) for number, row in enumerate(bad, 1)]
    if len(errors) > MOST_ERRORS:
        rest = _("还有 %(count)s 行也不对", count=len(errors) - MOST_ERRORS)
        errors = [*errors[:MOST_ERRORS], rest]
    if errors:
        picks.errors[kind.paste] = errors
    return [good[row][0] for row in rows if row not in bad]


def _number(row: str) -> str:
    """What a row names: the number in an address, or the row itself."""
    found = _ADDRESS.search(row)
    return found[1] if found else row[:120]


def _why(number: int, row: str, count: int) -> str:
    if count:
        return _("第 %(number)s 行“%(row)s”：有 %(count)s 个都叫这个，请写编号", number=number,
                 row=row[:40], count=count)  # fmt: skip
    return _("第 %(number)s 行“%(row)s”：没有找到在卖的，请检查编号", number=number, row=row[:40])


def names_offered(form: PromotionForm) -> dict[str, Named]:
    """The names of everything about bundles that was offered, by id."""
    found: dict[str, Named] = {}
    for name in ("bundle_ids", "bundle_kinds", "bundle_products"):
        found |= form[name].named
    return found
