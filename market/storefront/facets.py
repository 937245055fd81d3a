"""The filters beside a list, as checkboxes with counts and as links that take one away."""

from market.catalogue.attributes import ATTRIBUTES
from market.catalogue.types import KindView
from market.storefront import wording
from market.storefront.figures import MISSING, MOST_TEXTS
from market.storefront.types import FIGURE, Choice, Facet, FacetRow, Shelf
from market.web.i18n import gettext as _
from market.web.templating import name_of

SELLERS_SHOWN = 12


def facets(shelf: Shelf, choice: Choice, kinds: tuple[KindView, ...], place: str) -> list[Facet]:
    """The groups of checkboxes; a value with a count of 0 stays when it is chosen."""
    found = [
        Facet("star", _("星级"), _star_rows(shelf, choice)),
        Facet("seller", _("卖家"), _seller_rows(shelf, choice)),
        Facet("stock", _("现货"), (_flag(_("只看有货"), shelf.counts.in_stock, choice.in_stock),)),
    ]
    found += _figure_facets(shelf, choice)
    if place:
        row = _flag(_("只看能送到%(place)s的", place=place), shelf.counts.delivers, choice.delivers)
        found.append(Facet("here", _("送货"), (row,)))
    if kinds:
        found.append(Facet("kind", _("品类"), _kind_rows(shelf, choice, kinds)))
    return [facet for facet in found if facet.rows]


def chosen(
    shelf: Shelf, choice: Choice, kinds: tuple[KindView, ...], place: str
) -> list[tuple[str, dict[str, object]]]:
    """(words, query without this filter) of every filter that is on."""
    rows: list[tuple[str, dict[str, object]]] = []
    for facet in facets(shelf, choice, kinds, place):
        for row in facet.rows:
            if row.chosen:
                kept = wording.params(choice, page=None)
                values = kept.get(facet.name)
                several = values if isinstance(values, list) else []
                left = [value for value in several if str(value) != row.value]
                kept.pop(facet.name, None)
                words = f"{facet.title} {row.label}" if facet.is_shut else row.label
                rows.append((words, {**kept, **({facet.name: left} if left else {})}))
    return rows


def _kind_rows(shelf: Shelf, choice: Choice, kinds: tuple[KindView, ...]) -> tuple[FacetRow, ...]:
    counts = shelf.counts.kinds
    return tuple(
        FacetRow(kind.code, name_of(kind), counts.get(kind.code, 0), kind.code in choice.kinds)
        for kind in kinds
        if counts.get(kind.code) or kind.code in choice.kinds
    )


def _figure_facets(shelf: Shelf, choice: Choice) -> list[Facet]:
    """The figures of the kind; what the makers did not fill in is a value of its own."""
    asked = dict(choice.figures)
    found = []
    for key, counts in shelf.counts.figures.items():
        picked = asked.get(key, frozenset())
        gap = [MISSING] if MISSING in counts else []
        values = [token for token in counts if token != MISSING]
        shown = [t for t in values if t in picked]
        shown += [t for t in values if t not in picked][: max(0, MOST_TEXTS - len(shown))]
        rows = tuple(
            FacetRow(token, wording.figure_token(key, token), counts[token], token in picked)
            for token in [*(t for t in values if t in shown), *gap]
        )
        found.append(Facet(f"{FIGURE}{key}", _(ATTRIBUTES[key].label), rows, is_shut=True))
    return found


def _star_rows(shelf: Shelf, choice: Choice) -> tuple[FacetRow, ...]:
    words = {3: _("三星"), 2: _("二星"), 1: _("一星")}
    counts = shelf.counts.stars
    if not any(counts.get(star) for star in words) and not choice.stars:
        return ()
    rows = [
        FacetRow(str(s), word, counts.get(s, 0), s in choice.stars) for s, word in words.items()
    ]
    if counts.get(0) or 0 in choice.stars:
        rows.append(FacetRow("0", _("合格，不分星级"), counts.get(0, 0), 0 in choice.stars))
    return tuple(rows)


def _seller_rows(shelf: Shelf, choice: Choice) -> tuple[FacetRow, ...]:
    counts = dict(shelf.counts.sellers)
    counts.update({seller: counts.get(seller, 0) for seller in choice.sellers})
    names = shelf.seller_names
    order = sorted(
        (seller for seller in counts if seller in names),
        key=lambda seller: (seller not in choice.sellers, -counts[seller], names[seller]),
    )
    return tuple(
        FacetRow(seller, names[seller], counts[seller], seller in choice.sellers)
        for seller in order[:SELLERS_SHOWN]
    )


def _flag(label: str, count: int | None, on: bool) -> FacetRow:
    return FacetRow("1", label, -1 if count is None else count, on)
