"""From what a buyer typed to the kinds of goods meant. Pure; general means only.

The query is folded, cut by the longest known terms, and what stays unknown is compared by
sound (pinyin, whole or initials) and by one wrong character. Terms that name goods weigh
more than needs; the last name in a phrase is its head, as Chinese puts it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from market.search import segmenter
from market.search.language import (
    alike,
    fold,
    initials,
    joined_up,
    latin_runs,
    loosely,
    pinyin,
)
from market.search.specs import without_sizes
from market.search.vocabulary import Vocabulary

HEAD_BONUS = 1.35
NEED_BESIDE_NAME = 0.8
SOUND, LOOSE, ONE_OFF, INITIALS, PREFIX, HINT = 0.85, 0.8, 0.6, 0.55, 0.5, 0.7
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"(?<![\u4e00-\u9fff0-9a-z])[a-z]+(?![\u4e00-\u9fff0-9])")
ENGLISH_WORDS = 4  # of a phrase
_RUN = re.compile(r"[\u4e00-\u9fffa-z0-9.+-]+")


@dataclass(frozen=True)
class Match:
    """One stretch of the query and the term it was understood as."""

    text: str
    term: str
    start: int
    weight: float
    names_goods: bool
    is_head: bool = False
    is_english: bool = False


@dataclass(frozen=True)
class Understanding:
    """Kinds by descending score, how the query was read, and what stayed unknown. `others` are
    other names of the same goods: 坐便器 of 马桶."""

    kinds: tuple[tuple[str, float], ...] = ()
    matches: tuple[Match, ...] = ()
    unknown: tuple[str, ...] = ()
    terms: tuple[str, ...] = field(default=())
    others: tuple[str, ...] = field(default=())

    @property
    def corrections(self) -> tuple[tuple[str, str], ...]:
        """(typed, understood as) where the two differ, each once, for the page to show."""
        read = (m for m in self.matches if not m.is_english)
        return tuple(dict.fromkeys((m.text, m.term) for m in read if m.text != m.term))


def understand(query: str, vocabulary: Vocabulary) -> Understanding:
    """Read a query. An empty or wholly unknown one gives no kinds."""
    folded = joined_up(fold(query)[:80])
    matches, folded = _english(folded, vocabulary)
    unknown: list[str] = []
    rests: list[tuple[str, int]] = []
    for run in _RUN.finditer(folded):
        mixed = _mixed(run.group(), run.start(), vocabulary)
        if mixed:
            matches += mixed
            continue
        known, rest = _longest_terms(run.group(), run.start(), vocabulary)
        matches += known
        rests += rest
    sure = bool(matches)
    for text, start in rests:
        guess = _by_sound(text, start, vocabulary, sure=sure)
        matches += guess
        if not guess and len(text) > 1:
            unknown.append(text)
    if not any(m.names_goods for m in matches):
        matches += _latin(without_sizes(folded), vocabulary)
    matches = _with_heads(sorted(matches, key=lambda m: m.start))
    kinds = _scores(matches, vocabulary)
    terms = tuple(dict.fromkeys(m.term for m in matches))
    others = dict.fromkeys(o for m in matches for o in vocabulary.others.get(m.term, ()))
    return Understanding(
        kinds, tuple(matches), tuple(unknown), terms, tuple(o for o in others if o not in terms)
    )


def _english(folded: str, vocabulary: Vocabulary) -> tuple[list[Match], str]:
    """What was said in English, longest phrases first, and the text with blanks in its place."""
    found: list[Match] = []
    said = list(_ENGLISH.finditer(folded))
    for size in range(min(len(said), ENGLISH_WORDS), 0, -1):
        for i in range(len(said) - size + 1):
            start, end = said[i].start(), said[i + size - 1].end()
            text = folded[start:end]
            term = vocabulary.english.get(text) or vocabulary.english.get(_singular(text))
            if term is not None:
                names_goods = term in vocabulary.terms
                found.append(Match(text, term, start, 1.0, names_goods, is_english=True))
                folded = folded[:start] + " " * len(text) + folded[end:]
    return found, folded


def _singular(text: str) -> str:
    return text.removesuffix("es" if text.endswith(("ches", "shes")) else "s")


def _longest_terms(
    run: str, offset: int, vocabulary: Vocabulary
) -> tuple[list[Match], list[tuple[str, int]]]:
    """Terms found longest first without overlap, and the stretches left between them."""
    taken = [False] * len(run)
    found: list[Match] = []
    for size in range(min(len(run), vocabulary.longest), 0, -1):
        for start in range(len(run) - size + 1):
            text = run[start : start + size]
            names_goods = text in vocabulary.terms
            if not names_goods and text not in vocabulary.needs:  # so are nearly all
                continue
            if not any(taken[start : start + size]) and _whole(run, start, start + size):
                taken[start : start + size] = [True] * size
                found.append(Match(text, text, offset + start, 1.0, names_goods))
    return found, list(_gaps(run, taken, offset))


def _whole(run: str, start: int, end: int) -> bool:
    """Latin codes match whole only (pe in pert is not PE), one character only by itself."""
    before, after = run[start - 1 : start], run[end : end + 1]
    if end - start == 1 and len(run) > 1:
        return False
    cut_before = run[start].isascii() and before.isascii() and before.isalnum()
    cut_after = run[end - 1].isascii() and after.isascii() and after.isalnum()
    return not (cut_before or cut_after)


def _gaps(run: str, taken: list[bool], offset: int) -> Iterator[tuple[str, int]]:
    start = None
    for i, used in enumerate([*taken, True]):
        if not used and start is None:
            start = i
        elif used and start is not None:
            yield run[start:i], offset + start
            start = None


def _by_sound(text: str, start: int, vocabulary: Vocabulary, *, sure: bool) -> list[Match]:
    """Unknown Chinese: the longest part that sounds like a term, or is one character off. What
    may sound so by chance counts only as all that was said; `sure`: something is understood."""
    text = "".join(_HAN.findall(text))
    for size in range(min(len(text), 7), 1, -1):
        for i in range(len(text) - size + 1):
            part = text[i : i + size]
            term, weight = _sounding(part, vocabulary)
            alone = not sure and part == text and weight == SOUND
            if term and (alone or not _by_chance(part, term)):
                return [Match(part, term, start + i, weight, term in vocabulary.terms)]
    for size in range(min(len(text), 7), 2, -1):
        for i in range(len(text) - size + 1):
            part = text[i : i + size]
            term = _one_apart(part, vocabulary)
            if term:
                return [Match(part, term, start + i, ONE_OFF, True)]
    return _single(text, start, vocabulary)


def _by_chance(part: str, term: str) -> bool:
    """Two characters, both others than those of the term, or an everyday word themselves."""
    return len(part) == 2 and (not set(part) & set(term) or segmenter.is_word(part))


def _sounding(part: str, vocabulary: Vocabulary) -> tuple[str, float]:
    """The term that sounds like this, exactly or as dialects would have it."""
    spelled = pinyin(part)
    if spelled in vocabulary.by_pinyin:
        return vocabulary.by_pinyin[spelled], SOUND
    return vocabulary.by_loose_pinyin.get(loosely(spelled), ""), LOOSE


def _mixed(run: str, start: int, vocabulary: Vocabulary) -> list[Match]:
    """Pinyin and characters in one word: fangshui涂料."""
    if not (_HAN.search(run) and re.search(r"[a-z]{3}", run)) or vocabulary.meaning(run):
        return []
    term, weight = _sounding(run, vocabulary)
    return [Match(run, term, start, weight, term in vocabulary.terms)] if term else []


def _single(text: str, start: int, vocabulary: Vocabulary) -> list[Match]:
    """One-character names (砖, 瓦, 灯) as the head of what is left, and needs said in one
    character (漏, 冷, 吵) wherever they stand."""
    found = []
    if text and text[-1] in vocabulary.terms:
        found.append(Match(text[-1], text[-1], start + len(text) - 1, ONE_OFF, True))
    found += [
        Match(letter, letter, start + i, HINT, False)
        for i, letter in enumerate(text)
        if letter in vocabulary.needs
    ]
    return found


def _one_apart(part: str, vocabulary: Vocabulary) -> str:
    """A term that differs in one character: any of a long word or within a short one; the
    first and last of a short word change its meaning, unless they sound alike."""
    for i, typed in enumerate(part):
        for term in vocabulary.by_gap.get(f"{part[:i]}_{part[i + 1 :]}", ()):
            if len(part) > 3 or i not in (0, len(part) - 1) or alike(typed, term[i]):
                return term
    return ""


def _latin(folded: str, vocabulary: Vocabulary) -> list[Match]:
    """Latin letters as full pinyin, its beginning, initials, or English with a slip."""
    for run in latin_runs(folded):
        start = max(folded.find(run), 0)
        term, weight = _sounding(run, vocabulary) if len(run) >= 4 else ("", 0.0)
        if term:
            return [Match(run, term, start, weight, term in vocabulary.terms)]
        if 2 <= len(run) <= 8 and run in vocabulary.by_initials:
            terms = vocabulary.by_initials[run][:4]
            return [Match(run, term, start, INITIALS, True) for term in terms]
        if len(run) >= 5:
            longer = [t for p, t in vocabulary.by_pinyin.items() if p.startswith(run)]
            inside = [
                term
                for spelled, term in vocabulary.by_pinyin.items()
                if len(spelled) >= 6 and (run.startswith(spelled) or run.endswith(spelled))
            ]
            guesses = inside or longer or _with_a_slip(run, vocabulary)
            if guesses:
                best = sorted(guesses, key=len, reverse=bool(inside))[:3]
                return [Match(run, term, start, PREFIX, True) for term in best]
    return []


def _with_a_slip(run: str, vocabulary: Vocabulary) -> list[str]:
    """The English words, else the pinyin, from which this differs by one letter."""
    for said, term in vocabulary.english.items():
        if _near(said, run, 5):
            return [term]
    return [term for spelled, term in vocabulary.by_pinyin.items() if _near(spelled, run, 6)]


def _near(a: str, b: str, least: int) -> bool:
    """Whether two spellings of so many letters differ by one (changed, missing or extra)."""
    if min(len(a), len(b)) < least or abs(len(a) - len(b)) > 1:
        return False
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    return a[i + 1 :] == b[i + 1 :] or a[i:] == b[i + 1 :] or a[i + 1 :] == b[i:]


def _with_heads(matches: list[Match]) -> list[Match]:
    """Mark the last goods-naming term of each unbroken phrase."""
    result = list(matches)
    for i, match in enumerate(result):
        following = result[i + 1] if i + 1 < len(result) else None
        joined = following is not None and following.start == match.start + len(match.text)
        if match.names_goods and not (joined and following is not None and following.names_goods):
            result[i] = replace(match, is_head=True)
    return result


def _scores(matches: list[Match], vocabulary: Vocabulary) -> tuple[tuple[str, float], ...]:
    named = any(m.names_goods and m.weight >= PREFIX for m in matches)
    total: dict[str, float] = {}
    for match in matches:
        meaning = vocabulary.meaning(match.term)
        if meaning is None:
            continue
        size = min(len(match.term), 5) ** 0.7
        factor = match.weight * size * (HEAD_BONUS if match.is_head else 1.0)
        if named and not match.names_goods:
            factor *= NEED_BESIDE_NAME
        for kind, weight in meaning[0].items():
            total[kind] = total.get(kind, 0.0) + weight * factor
        if match.names_goods and match.term in vocabulary.needs:
            for kind, weight in vocabulary.needs[match.term].items():
                total[kind] = total.get(kind, 0.0) + 0.5 * weight * factor
    ranked = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    return tuple((kind, round(score, 4)) for kind, score in ranked)


__all__ = ["Match", "Understanding", "initials", "understand"]
