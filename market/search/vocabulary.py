"""What words mean which kinds of goods: names, synonyms, uses and needs of the countryside."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from market.search.language import fold, initials, loosely, pinyin

DATA = Path(__file__).parent / "data"
# How much a word says about the kind, by where it comes from.
OTHERS = 6  # other names of a thing that are looked for
NAMED, BEGUN, SPOKEN, USED_FOR, WEAK, NEEDED = 1.0, 0.9, 0.85, 0.7, 0.35, 0.5


@dataclass
class Vocabulary:
    """Terms with the kinds they point to and how strongly (0..1)."""

    terms: dict[str, dict[str, float]] = field(default_factory=dict)
    needs: dict[str, dict[str, float]] = field(default_factory=dict)
    by_pinyin: dict[str, str] = field(default_factory=dict)
    by_loose_pinyin: dict[str, str] = field(default_factory=dict)
    by_initials: dict[str, list[str]] = field(default_factory=dict)
    by_gap: dict[str, list[str]] = field(default_factory=dict)  # 防_卷材 -> 防水卷材
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)  # 马桶 -> 坐便器, 座便器 …
    english: dict[str, str] = field(default_factory=dict)  # roof leak -> 漏水
    longest: int = 1
    _synonyms: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def add(self, term: str, kind: str, weight: float, *, need: bool = False) -> None:
        """Teach one term; the strongest statement about a kind wins."""
        folded = fold(term).strip()
        if not folded:
            return
        self._synonyms.clear()
        table = self.needs if need else self.terms
        kinds = table.setdefault(folded, {})
        kinds[kind] = max(weight, kinds.get(kind, 0.0))
        self.longest = max(self.longest, len(folded))
        if len(folded) < 2 or folded.isascii():
            return
        self.by_pinyin.setdefault(pinyin(folded), folded)
        self.by_loose_pinyin.setdefault(loosely(pinyin(folded)), folded)
        if not need:
            self._add_gaps(folded)
            known = self.by_initials.setdefault(initials(folded), [])
            if folded not in known:
                known.append(folded)

    def add_group(self, names: Iterable[str]) -> None:
        """Names of one and the same thing, the proper one first."""
        plain = [name for name in dict.fromkeys(fold(name).strip() for name in names) if name]
        for name in plain:
            rest = (other for other in plain if other != name and " " not in other)
            known = self.others.get(name, ())
            self.others[name] = tuple(dict.fromkeys((*known, *islice(rest, OTHERS))))

    def _add_gaps(self, term: str) -> None:
        """Under every form with one character left open."""
        if len(term) < 3:
            return
        for i in range(len(term)):
            known = self.by_gap.setdefault(f"{term[:i]}_{term[i + 1 :]}", [])
            if term not in known:
                known.append(term)

    def meaning(self, term: str) -> tuple[Mapping[str, float], bool] | None:
        """(kinds with weights, whether it names goods) of a term, None when unknown."""
        if term in self.terms:
            return self.terms[term], True
        if term in self.needs:
            return self.needs[term], False
        return None

    def synonyms_of(self, kind: str, limit: int = 40) -> list[str]:
        """Terms that name a kind strongly, for the text of its documents."""
        found = self._synonyms.get((kind, limit))
        if found is None:
            strong = (t for t, kinds in self.terms.items() if kinds.get(kind, 0) >= USED_FOR)
            found = self._synonyms[kind, limit] = list(islice(strong, limit))
        return found


def _rows(name: str) -> Iterable[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def build(kind_names: Mapping[str, str], material_names: Mapping[str, str]) -> Vocabulary:
    """The vocabulary for kinds (code -> Chinese name) and materials (name -> kind code)."""
    vocabulary = Vocabulary()
    for row in _rows("synonyms.csv"):
        weak = set(row["weak_aliases"].split("|"))
        names = (row["canonical"], *row["aliases"].split("|"))
        for term in names:
            vocabulary.add(term, row["kind_code"], WEAK if term in weak else NAMED)
        vocabulary.add_group([term for term in names if term not in weak])
    for code, name in kind_names.items():
        for part in _name_parts(name):
            vocabulary.add(part, code, NAMED)
    for name, code in material_names.items():
        vocabulary.add(name.split("(")[0].split(" ")[0], code, NAMED)
    _add_uses(vocabulary)
    _add_needs(vocabulary)
    _begin_names(vocabulary, kind_names)
    for row in _rows("english.csv"):
        vocabulary.english |= dict.fromkeys(row["english"].split("|"), row["term"])
    return vocabulary


def _add_uses(vocabulary: Vocabulary) -> None:
    """Spoken names of goods and what they are bought for."""
    for row in _rows("uses.csv"):
        for term in row["words"].split():
            vocabulary.add(term, row["kind_code"], USED_FOR if len(term) > 1 else WEAK)
    for row in _rows("colloquial.csv"):
        for term in row["names"].split():
            vocabulary.add(term, row["kind_code"], SPOKEN if len(term) > 1 else WEAK)
        for term in row["uses"].split():
            vocabulary.add(term, row["kind_code"], NEEDED * 0.9, need=True)


def _add_needs(vocabulary: Vocabulary) -> None:
    """What is wrong at home, and which kinds help how much."""
    for row in _rows("needs.csv"):
        for item in row["kinds"].split():
            kind, strength = item.split(":")
            for phrase in row["phrases"].split("|"):
                vocabulary.add(phrase, kind, NEEDED * int(strength) / 9, need=True)


def _begin_names(vocabulary: Vocabulary, kind_names: Mapping[str, str]) -> None:
    """A word with which the names of several kinds begin (防水: 卷材, 涂料) means each of them,
    in the order of the catalogue."""
    names = [(fold(name), code) for code, name in kind_names.items()]
    for term in [t for t in vocabulary.terms if len(t) >= 2 and not t.isascii()]:
        begun = [code for name, code in names if name != term and name.startswith(term)]
        for rank, code in enumerate(begun):
            vocabulary.add(term, code, max(BEGUN - 0.1 * rank, USED_FOR))


def _name_parts(name: str) -> list[str]:
    plain = name.replace("（", " ").replace("）", " ").replace("/", " ").replace("(", " ")
    parts = [p for p in plain.replace(")", " ").replace("及", " ").replace("和", " ").split() if p]
    whole = name.split("（", maxsplit=1)[0].split("(", maxsplit=1)[0].strip()
    return [whole, *(p for p in parts if len(p) >= 2)]


Pairs = tuple[tuple[str, str], ...]
_latest: list[tuple[Pairs, Pairs, Vocabulary]] = []


def cached(kinds: Pairs, materials: Pairs) -> Vocabulary:
    """`build`, kept while the kinds stay the same. Most searches bring the very objects of the
    one before, whose hundreds of names need not be compared."""
    for asked_kinds, asked_materials, found in _latest:
        if asked_kinds is kinds and asked_materials is materials:
            return found
    made = _built(kinds, materials)
    _latest[:] = [(kinds, materials, made)]
    return made


@lru_cache(maxsize=4)
def _built(kinds: Pairs, materials: Pairs) -> Vocabulary:
    return build(dict(kinds), dict(materials))
