"""Names of the places and kinds that schemes speak of, in two statements."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.regions import queries as regions
from market.subsidies.types import Names, Scheme

COUNTRY = {"zh": "全国", "en": "the whole country"}


def names_of(
    session: Session, schemes: Iterable[Scheme], lang: str, more: Iterable[str] = ()
) -> Names:
    """Names for the words of these schemes, and of the places `more`."""
    known = list(schemes)
    codes = {scheme.region.digits for scheme in known} | set(more)
    paths = regions.paths(session, codes)
    labels = {code: path.text(lang) for code, path in paths.items()} | {"": COUNTRY[lang]}
    wanted = {code for scheme in known for code in scheme.terms.kinds}
    kinds = catalogue.list_kinds(session, include_closed=True) if wanted else []
    named = {
        kind.code: (kind.name_en if lang == "en" else "") or kind.name_zh
        for kind in kinds if kind.code in wanted
    }  # fmt: skip
    return Names(labels, named)
