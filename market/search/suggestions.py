"""What a buyer may be about to type, the words to mark in a name, and the nearest kinds."""

import re

from market.search.language import fold, initials, loosely, pinyin, words
from market.search.understanding import understand
from market.search.vocabulary import NAMED, Vocabulary

MOST = 8
NEAREST = 4
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]{2,}")


def suggest(text: str, vocabulary: Vocabulary, limit: int = MOST) -> tuple[str, ...]:
    """Known words that begin with what was typed, in characters, pinyin or initials; then
    those that hold it. Short and well-known ones first."""
    typed = fold(text).strip()[:20]
    if not typed:
        return ()
    ranked: list[tuple[int, float, int, str]] = []
    spelled = _LATIN.fullmatch(typed.replace(" ", "")) and typed.replace(" ", "")
    for term, kinds in vocabulary.terms.items():
        if term == typed or len(term) < 2:
            continue
        place = _place(term, typed, spelled or "")
        if place is not None:
            ranked.append((place, -max(kinds.values()), len(term), term))
    english = sorted(said for said in vocabulary.english if said.startswith(typed) and spelled)
    ranked += [(0, -NAMED, len(said), said) for said in english]
    return tuple(term for *_, term in sorted(ranked)[:limit])


def _place(term: str, typed: str, spelled: str) -> int | None:
    if term.startswith(typed):
        return 0
    if spelled and not term.isascii():
        sound = pinyin(term)
        if sound.startswith(spelled) or initials(term).startswith(spelled):
            return 1
        return 2 if loosely(sound).startswith(loosely(spelled)) else None
    return 3 if len(typed) > 1 and typed in term else None


def nearest_kinds(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The kinds nearest to a query, even when it was not understood: those whose names and
    words share most Chinese characters with it. Letters and digits alone are no likeness."""
    meant = understand(text, vocabulary).kinds
    if meant:
        return tuple(kind for kind, _ in meant[:NEAREST])
    letters = set(_HAN.findall(fold(text))) - set("的了个我家要用什么")
    shares: dict[str, float] = {}
    for term, kinds in vocabulary.terms.items():
        shared = len(letters & set(term)) / (len(letters | set(term)) or 1)
        for kind, weight in kinds.items():
            if shared and weight >= NAMED * 0.7:
                shares[kind] = max(shares.get(kind, 0.0), shared)
    return tuple(sorted(shares, key=lambda kind: (-shares[kind], kind))[:NEAREST])


def marked(name: str, asked: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """A name cut into (text, whether it was asked for). Latin letters are marked from the
    beginning of a word only: roof is not in waterproof."""
    folded = fold(name)
    if len(folded) != len(name):
        return ((name, False),)
    hit = [False] * len(name)
    for word in asked:
        at = folded.find(word) if word else -1
        while at >= 0:
            if not _inside(folded, at):
                hit[at : at + len(word)] = [True] * len(word)
            at = folded.find(word, at + 1)
    parts: list[tuple[str, bool]] = []
    for letter, on in zip(name, hit, strict=True):
        if parts and parts[-1][1] == on:
            parts[-1] = (parts[-1][0] + letter, on)
        else:
            parts.append((letter, on))
    return tuple(parts)


def _inside(text: str, at: int) -> bool:
    pair = text[max(0, at - 1) : at + 1]
    return len(pair) == 2 and pair.isascii() and pair.isalpha()


def words_to_mark(text: str, terms: tuple[str, ...]) -> tuple[str, ...]:
    """What of a query is worth marking in names: words of two characters or more."""
    asked = dict.fromkeys((*words(text), *terms))
    return tuple(word for word in asked if len(word) > 1)
