"""How Chinese is spelled: one reading for each character, from a table of ours.

Run `python -m market.search.spelling` to make the table anew from pypinyin, whose own
dictionary would cost every process 23 MB.
"""

from array import array
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "pinyin.txt"
FIRST, LAST = 0x4E00, 0x9FFF
# Readings that depend on the word.
_WORDS = {
    "暖和": ("nuan", "huo"),
    "粘结": ("nian", "jie"),
    "重新": ("chong", "xin"),
    "重铺": ("chong", "pu"),
    "银行": ("yin", "hang"),
}
# Where the trade reads a character otherwise than the dictionary's first choice.
TRADE = {"长": "chang", "调": "tiao", "弹": "tan", "给": "ji", "〇": "ling"}


class Readings:
    """Character -> its syllable without tone: two bytes for each character of the block."""

    def __init__(self) -> None:
        self._syllables = [""]
        self._which = array("H", bytes(2 * (LAST - FIRST + 1)))
        for line in TABLE.read_text(encoding="utf-8").splitlines():
            syllable, characters = line.split(" ")
            for character in characters:
                self._which[ord(character) - FIRST] = len(self._syllables)
            self._syllables.append(syllable)

    def get(self, character: str) -> str:
        """The syllable; empty for what has none."""
        code = ord(character)
        if character in TRADE or not FIRST <= code <= LAST:
            return TRADE.get(character, "")
        return self._syllables[self._which[code - FIRST]]


_readings = lru_cache(maxsize=1)(Readings)


def syllables(text: str) -> list[str]:
    """The reading of each character; what has none stays as it is."""
    known = _readings()
    found: list[str] = []
    at = 0
    while at < len(text):
        word = _WORDS.get(text[at : at + 2])
        found += word or [known.get(text[at]) or text[at]]
        at += 2 if word else 1
    return found


@lru_cache(maxsize=20_000)
def pinyin(text: str) -> str:
    """Full pinyin without tones or spaces: 防水 -> fangshui."""
    return "".join(syllables(text)).replace(" ", "").lower()


@lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """First letters: 防水 -> fs. What has no reading stays whole."""
    known = _readings()
    said = zip(text, syllables(text), strict=True)
    return "".join(one[0] if known.get(character) else one for character, one in said).lower()


def write_table() -> None:
    """Make the table anew."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 (only here: see above)

    lines: dict[str, str] = {}
    for code in range(FIRST, LAST + 1):
        character = chr(code)
        said = lazy_pinyin(character, style=Style.NORMAL, errors="default")[0]
        if said != character:
            lines[said] = lines.get(said, "") + character
    text = "".join(f"{said} {characters}\n" for said, characters in sorted(lines.items()))
    TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_table()
