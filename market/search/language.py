"""Chinese text as search sees it: folded to one form, cut into words, spelled in pinyin."""

import re
import unicodedata
from functools import lru_cache

import opencc

from market.search import segmenter
from market.search.spelling import initials, pinyin

__all__ = ["initials", "pinyin"]

_TO_SIMPLIFIED = opencc.OpenCC("t2s")
_WORD = re.compile(r"[a-z0-9]+(?:[.+/x×*-][a-z0-9]+)*|[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z]+")
# Characters people use for another of the same sound or meaning in this trade.
_VARIANTS = str.maketrans({"咀": "嘴", "磁": "瓷"})


def fold(text: str) -> str:
    """One form for what means the same: width, case, traditional characters, variants."""
    whole = text.encode("utf-8", "replace").decode()  # half a surrogate pair is no character
    plain = unicodedata.normalize("NFKC", whole).lower()
    return str(_TO_SIMPLIFIED.convert(plain)).translate(_VARIANTS)


def words(text: str) -> list[str]:
    """The words of a text: Chinese by segmentation (long ones also in parts), codes whole."""
    return words_of_folded(fold(text))


def words_of_folded(folded: str) -> list[str]:
    """`words` of a text that is folded already."""
    found: list[str] = []
    for run in _WORD.findall(folded):
        if "\u4e00" <= run[0] <= "\u9fff":
            found += segmenter.cut(run)
        else:
            found.append(run)
    return found


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of Chinese characters, for words the dictionary does not know."""
    pairs: list[str] = []
    for run in re.findall(r"[\u4e00-\u9fff]+", fold(text)):
        pairs += [run[i : i + 2] for i in range(len(run) - 1)]
    return pairs


_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("r", "n"), ("hu", "f"))


@lru_cache(maxsize=20_000)
def loosely(spelled: str) -> str:
    """A spelling in which what many dialects do not tell apart is the same (zh and z, n and l,
    -ng and -n), as the typing aids of phones have it."""
    for exact, loose in _FUZZY:
        spelled = spelled.replace(exact, loose)
    return spelled


def alike(one: str, other: str) -> bool:
    """Whether two characters sound near enough to be mistaken for each other."""
    a, b = loosely(pinyin(one)), loosely(pinyin(other))
    if min(len(a), len(b)) < 2:
        return a == b
    return a[1:] == b[1:] or a.rstrip("n") == b.rstrip("n")


def joined_up(folded: str) -> str:
    """Characters typed with a space after each, put together again."""
    runs = re.findall(r"[\u4e00-\u9fff]+", folded)
    if len(runs) > 1 and all(len(run) == 1 for run in runs):
        return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", folded)
    return folded


def latin_runs(text: str) -> list[str]:
    """Runs of Latin letters, and all of them joined when the text is nothing else."""
    folded = fold(text)
    runs = _LATIN.findall(folded)
    if len(runs) > 1 and not re.search(r"[\u4e00-\u9fff0-9]", folded):
        return ["".join(runs), *runs]
    return runs
