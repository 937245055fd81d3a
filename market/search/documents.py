"""From listings of the catalogue to documents of the index."""

from collections.abc import Iterable
from datetime import datetime

from market.catalogue.types import IndexDocument as CatalogueDocument
from market.search.language import bigrams, fold, initials, measures, pinyin, words
from market.search.types import NO_STAR, NOT_CERTIFIED, IndexDocument
from market.search.vocabulary import Vocabulary

# Terms of a kind go into each of its documents, so that words reach it on any engine.
SYNONYMS_PER_DOCUMENT = 24


def document(source: CatalogueDocument, vocabulary: Vocabulary) -> IndexDocument:
    """The words, spellings and columns of one listing."""
    named = " ".join((source.name_zh, source.name_en, source.model))
    said = " ".join(
        (named, source.text, source.kind_name_zh, source.kind_name_en, source.seller_name)
    )
    attributes = " ".join(str(value) for value in source.attributes.values())
    synonyms = vocabulary.synonyms_of(source.kind_code, SYNONYMS_PER_DOCUMENT)
    name_words = _distinct([*words(named), *bigrams(source.name_zh)])
    all_words = _distinct(
        [
            *words(said),
            *words(attributes),
            *measures(said),
            *_millimetres(source),
            *(fold(term) for term in synonyms),
            *(word for term in synonyms for word in words(term)),
            *bigrams(source.name_zh),
            pinyin(source.name_zh),
            initials(source.name_zh),
        ]
    )
    return IndexDocument(
        id=source.listing_id,
        product_id=source.product_id,
        kind_code=source.kind_code,
        words=all_words,
        name_words=name_words,
        star=source.star or (NO_STAR if source.certified else NOT_CERTIFIED),
        certified=source.certified,
        unit_price=source.unit_price_milli_fen,
        seller_ids=(source.seller_id,),
        opens_at=_seconds(source.gate_opens_at),
        closes_at=_seconds(source.gate_closes_at),
    )


def _millimetres(source: CatalogueDocument) -> list[str]:
    return [f"{value}mm" for key, value in source.attributes.items() if key.endswith("_mm")]


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.replace(" ", "") for word in found if word.strip()))


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
