"""What visitors ask of lists and product pages; a strange value is ignored or explained."""

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag

from market.carts.types import MAX_QUANTITY
from market.catalogue.attributes import ATTRIBUTES
from market.kernel.errors import NotFound
from market.storefront.figures import usable
from market.storefront.rules import LOSSES, MAX_UNITS
from market.storefront.types import FIGURE, Asked, Choice, Sort
from market.web.forms import Form, IntField, QuantityField, TextField

MAX_PAGE = 10_000
MAX_VALUES = 20
MAX_FIGURES = 8
_USUAL_QUERY = 100  # bytes


def choice_of(args: MultiDict[str, str]) -> Choice:
    """The filters, order and page of a list's address. Raises NotFound for a wild page."""
    page = args.get("page", "1")
    usable = page.isascii() and page.isdigit() and len(page) <= len(str(MAX_PAGE))
    if not usable or not 1 <= int(page) <= MAX_PAGE:
        raise NotFound()
    sort = args.get("sort", "")
    return Choice(
        kinds=_keys(args, "kind"),
        stars=frozenset(int(star) for star in args.getlist("star") if star in ("0", "1", "2", "3")),
        sellers=_keys(args, "seller"),
        in_stock=bool(args.get("stock")),
        delivers=bool(args.get("here")),
        figures=_figures(args),
        sort=Sort(sort) if sort in set(Sort) else Sort.EFFECT,
        number=int(page),
    )


def _figures(args: MultiDict[str, str]) -> tuple[tuple[str, frozenset[str]], ...]:
    """What was chosen of the figures of a kind, by key; what means nothing is ignored."""
    found: list[tuple[str, frozenset[str]]] = []
    for name in sorted(args):
        key = name.removeprefix(FIGURE)
        if name.startswith(FIGURE) and key in ATTRIBUTES and len(found) < MAX_FIGURES:
            tokens = frozenset(t for t in args.getlist(name)[:MAX_VALUES] if usable(key, t))
            if tokens:
                found.append((key, tokens))
    return tuple(found)


def _keys(args: MultiDict[str, str], name: str) -> frozenset[str]:
    """The values of a filter that can be keys at all."""
    values = args.getlist(name)[:MAX_VALUES]
    return frozenset(key for key in values if key.isascii() and key.isalnum() and len(key) <= 20)


class AmountForm(Form):
    """How much is needed, with which loss, from whom. Read by GET, so without a token."""

    class Meta(Form.Meta):
        csrf = False

    amount = QuantityField(
        _l("要多少？"),
        minimum=Decimal("0.001"),
        maximum=MAX_UNITS,
        render_kw={"autocomplete": "off"},
    )
    loss = SelectField(
        _l("损耗"),
        choices=[SelectChoice(str(loss), f"{loss} %") for loss in LOSSES],
        validate_choice=False,
    )
    listing = TextField(_l("卖家"), maximum=20)

    quantity = IntField(_l("买几包"), minimum=1, maximum=MAX_QUANTITY)

    def validate_quantity(self, field: IntField) -> None:
        """Packs are asked back only when some could not be taken; an empty field is one case."""
        if field.raw_data and not str(field.raw_data[0]).strip():
            raise ValidationError(_("请填要几包"))

    def to_asked(self) -> Asked:
        """What was asked; what was not understood counts as not asked."""
        amount: Any = self.amount.data
        loss = self.loss.data or ""
        asked = Asked(
            amount=amount or None,
            loss=int(loss) if loss in {str(known) for known in LOSSES} else None,
            listing_id=self.listing.data or None,
        )
        if self.amount.errors:
            asked = replace(asked, typed=_typed(self.amount), error=str(self.amount.errors[0]))
        if self.quantity.errors:
            packs, why = _typed(self.quantity), str(self.quantity.errors[0])
            asked = replace(asked, packs=packs, packs_error=why)
        return asked


def read_amount() -> tuple[Asked, AmountForm | None]:
    """What this request asks of a product page, and the form when it says what is wrong."""
    if not request.args:
        return Asked(), None
    query = request.query_string
    known = _without_mistakes(query) if len(query) <= _USUAL_QUERY else None
    if known is not None:
        return known, None
    form = AmountForm(request.args)
    form.validate()
    return form.to_asked(), form


@lru_cache(512)
def _without_mistakes(_query: bytes) -> Asked | None:
    """Kept: many ask for the same amounts, and to read a form is a thirtieth of a page."""
    form = AmountForm(request.args)
    return form.to_asked() if form.validate() else None


def _typed(field: Any) -> str:
    """The beginning of what somebody typed into a field."""
    return str((field.raw_data or [""])[0])[:20]
