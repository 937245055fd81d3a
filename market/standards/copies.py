"""What products and kinds carry of the library, kept true when either side changes."""

from collections.abc import Collection, Iterator
from itertools import islice

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.events import KindChanged, ProductsFilled
from market.standards.citations import look_up, of_bodies

_TOGETHER = 500  # products rewritten with one look at the library


def refresh_products(session: Session, product_ids: Collection[str]) -> None:
    """Write onto these products what the library says of the codes they cite."""
    for ids in chunks(product_ids):
        about = catalogue.citing_products(session, ids)
        found = look_up(session, {one.text for one in about.values() if one.text})
        wanted = {key: found.get(one.text, ()) for key, one in about.items()}
        changed = {key: cited for key, cited in wanted.items() if cited != about[key].cited}
        if changed:
            goods.note_cited(session, changed)


def refresh_kinds(session: Session, kind_codes: Collection[str]) -> None:
    """The same for kinds."""
    texts = catalogue.kind_texts(session)
    found = look_up(session, {texts[code] for code in kind_codes})
    goods.note_kinds_cited(session, {code: found[texts[code]] for code in kind_codes})


def refresh_body(session: Session, body: str) -> None:
    """Everything that cites some edition of a standard."""
    texts = of_bodies(catalogue.all_texts(session), {body})
    refresh_products(session, catalogue.ids_citing(session, texts))
    by_kind = catalogue.kind_texts(session)
    cite = set(of_bodies(by_kind.values(), {body}))
    refresh_kinds(session, [code for code, text in by_kind.items() if text in cite])


def on_products_filled(session: Session, event: ProductsFilled) -> None:
    """Products are new or say something else."""
    refresh_products(session, event.product_ids)


def on_kind_changed(session: Session, event: KindChanged) -> None:
    """A kind is new or says something else."""
    refresh_kinds(session, [event.kind_code])


def chunks(ids: Collection[str]) -> Iterator[list[str]]:
    """Some hundreds at a time, in their order."""
    rest = iter(sorted(ids))
    while some := list(islice(rest, _TOGETHER)):
        yield some
