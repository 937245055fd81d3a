"""From what the catalogue says about a product to the words of its document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from market.catalogue.types import IndexProduct, IndexText
from market.search.language import bigrams, fold, initials, pinyin, words
from market.search.specs import specs
from market.search.types import IndexDocument

VERSION = 3  # of the words below; stored words of another version are cut anew


@dataclass(frozen=True)
class Tokens:
    """The words of a product, worth keeping: cutting and spelling them costs most of a build."""

    kind_code: str
    words: tuple[str, ...]
    name_words: tuple[str, ...]


def tokens(source: IndexText) -> Tokens:
    """The words, spellings and sizes of one product."""
    named = " ".join((source.name_zh, source.name_en, source.model))
    said = " ".join(
        (named, source.text, source.kind_name_zh, source.kind_name_en, *source.seller_names)
    )
    attributes = " ".join(str(value) for value in source.attributes.values())
    name_words = _distinct([*words(named), *bigrams(source.name_zh), *specs(fold(named))])
    all_words = _distinct(
        [
            *name_words,
            *words(said),
            *words(attributes),
            *specs(fold(said)),
            *_sizes(source.attributes),
            pinyin(source.name_zh),
            initials(source.name_zh),
        ]
    )
    return Tokens(source.kind_code, all_words, name_words)


def document(product: IndexProduct, said: Tokens) -> IndexDocument:
    """A product for the index."""
    return IndexDocument(
        id=product.product_id,
        kind_code=product.kind_code,
        words=said.words,
        name_words=said.name_words,
        offers=product.offers,
        star=product.star,
        certified=product.certified,
        opens_at=product.opens_at,
        closes_at=product.closes_at,
        places=product.places,
    )


def _sizes(attributes: Mapping[str, object]) -> list[str]:
    """Measured attributes as sizes: thickness_mm=100 is 100mm."""
    found = []
    for key, value in attributes.items():
        for suffix, unit in (("_mm", "mm"), ("power_w", "w"), ("volume_l", "l"), ("_ml", "ml")):
            if key.endswith(suffix) and isinstance(value, int | float):
                found.append(f"{value:g}{unit}")
    length, width = attributes.get("length_mm"), attributes.get("width_mm")
    if isinstance(length, int | float) and isinstance(width, int | float):
        found.append("x".join(f"{side:g}" for side in sorted((length, width))))
    bore = attributes.get("diameter_mm")
    if isinstance(bore, int | float):
        found.append(f"dn{bore:g}")
    return found


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    kept = ("".join(word.split()).replace("\0", "")[:200] for word in found)
    return tuple(dict.fromkeys(word for word in kept if word))
