"""Which goods cite what: read from the texts of products, in the words of the library."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.cited import Cited
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.sellers import queries as sellers
from market.standards import editions
from market.standards.rules import codes
from market.standards.types import Citing, Concern, EditionView, Reach, UnknownText

_FIRST = 10  # products named before an ending is entered


def look_up(session: Session, texts: Iterable[str]) -> dict[str, tuple[Cited, ...]]:
    """What the library says of texts that cite standards."""
    read = {text: codes(text) for text in set(texts)}
    known = editions.editions_of_codes(session, {code for found in read.values() for code in found})
    return {
        text: tuple(dict.fromkeys(_cited(known[code]) for code in found if code in known))
        for text, found in read.items()
    }


def texts_citing(session: Session, edition: EditionView) -> list[str]:
    """Texts of products that mean this edition."""
    body = codes(edition.code)[0].body
    texts = of_bodies(catalogue.all_texts(session), {body})
    return [
        text
        for text, cited in look_up(session, texts).items()
        if any(one.code == edition.code for one in cited)
    ]


def citing(session: Session) -> Citing:
    """What all products cite, archived ones aside; two statements."""
    texts = catalogue.cited_texts(session)
    read = {text: codes(text) for text, _count in texts}
    known = editions.editions_of_codes(session, {code for found in read.values() for code in found})
    counts: dict[str, int] = {}
    unknown = []
    for text, count in texts:
        for code in {known[one].code for one in read[text] if one in known}:
            counts[code] = counts.get(code, 0) + count
        missing = tuple(one.text for one in read[text] if one not in known)
        if missing or not read[text]:
            unknown.append(UnknownText(text, missing, count))
    return Citing(counts, tuple(unknown))


def citing_page(session: Session, edition: EditionView, number: int) -> Page[Concern]:
    """A page of the products that cite an edition."""
    page = catalogue.page_of_texts(session, texts_citing(session, edition), number)
    return Page(_concerns(session, page.items), page.total, page.number, page.size)


def reach_of(session: Session, edition: EditionView) -> Reach:
    """Whom it would concern if an edition were over."""
    found = catalogue.products_of_texts(session, texts_citing(session, edition))
    on_sale = sum(one.state == "live" for one in found)
    makers = {one.maker_id for one in found}
    return Reach(len(found), on_sale, len(makers), tuple(_concerns(session, found[:_FIRST])))


def unknown_texts(session: Session, number: int = 1, size: int = PAGE_SIZE) -> Page[UnknownText]:
    """A page of what products cite and the library does not have, what most of them cite first."""
    found, start = citing(session).unknown, offset(number, size)
    return Page(list(found[start : start + size]), len(found), max(1, number), size)


def of_bodies(texts: Iterable[str], bodies: Collection[str]) -> list[str]:
    """Those of the texts that cite one of these standards, whatever the edition."""
    return [text for text in texts if any(code.body in bodies for code in codes(text))]


def _concerns(session: Session, found: Iterable[catalogue.CitingProduct]) -> list[Concern]:
    products = list(found)
    makers = sellers.sellers_by_ids(session, {one.maker_id for one in products})
    return [
        Concern(
            one.id, one.name_zh, one.name_en, one.model, one.state, one.maker_id,
            makers[one.maker_id].name, one.text,
        )
        for one in products
    ]  # fmt: skip


def _cited(edition: EditionView) -> Cited:
    end = edition.ending
    said = Cited(edition.code, edition.slug, edition.name_zh, edition.name_en, edition.effective_on)
    if end is None:
        return said
    return replace(said, ended_on=end.from_on, until=end.until, by=end.by, by_slug=end.by_slug)
