"""Chinese cut into words: jieba's way of doing it, with as many of its words as we need.

The dictionary that comes with the library holds 349,046 words and takes 33 MB of every process;
the 80,000 in `data/words.txt` take 8. Words that it does not hold are found by the library's
model of unknown words. Made anew from jieba's own `dict.txt` (MIT licence, beside it) by
`python -m market.search.segmenter dict.txt`.
"""

import importlib.util
import sys
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from threading import Lock
from typing import Any

DATA = Path(__file__).parent / "data"
TABLE = DATA / "words.txt"
TRADE = (DATA, Path(__file__).parents[1] / "catalogue" / "data")
RARE, LONG = 20, 5  # a word seen less often in jieba's corpus, or with more characters, is left out
_loading = Lock()


def cut(text: str) -> list[str]:
    """The words of a run of Chinese characters, of long ones their parts as well."""
    with _loading:
        segmenter = _segmenter()
    found: list[str] = segmenter.cut_for_search(text)
    return found


def is_word(text: str) -> bool:
    """Whether this is a word of everyday language or of our trade."""
    with _loading:
        segmenter = _segmenter()
    return bool(segmenter.has_word(text))


@cache
def _segmenter() -> Any:
    """The library's class alone: importing its package would load the whole dictionary."""
    package = importlib.util.find_spec("rjieba")
    assert package is not None
    spec = PathFinder.find_spec("rjieba.rjieba", package.submodule_search_locations)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.Jieba.empty()
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        word, seen = line.split(" ")
        made.add_word(word, int(seen), "")
    return made


def write_table(dictionary: Path) -> None:
    """Keep the words that are common anywhere, and all that our trade's own tables contain."""
    trade = "\n".join(
        path.read_text(encoding="utf-8")
        for directory in TRADE
        for path in sorted(directory.glob("*.csv"))
    )
    kept = []
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, seen, _part_of_speech = line.rsplit(" ", 2)
        if word.isascii() or len(word) > LONG or " " in word:
            continue
        if int(seen) >= RARE or word in trade:
            kept.append(f"{word} {seen}\n")
    TABLE.write_text("".join(kept), encoding="utf-8")


if __name__ == "__main__":
    write_table(Path(sys.argv[1]))
