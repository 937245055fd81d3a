"""How Chinese is spelled: one reading for each character, from a table of ours.

Run `python -m market.search.spelling` to make the table anew from pypinyin, whose own
dictionary would cost every process 23 MB.
"""

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


@lru_cache(maxsize=1)
def readings() -> dict[str, str]:
    """Character -> its syllable without tone."""
    found: dict[str, str] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        syllable, characters = line.split(" ")
        found.update(dict.fromkeys(characters, syllable))
    return found | TRADE


def syllables(text: str) -> list[str]:
    """The reading of each character; what has none stays as it is."""
    known = readings()
    found: list[str] = []
    at = 0
    while at < len(text):
        word = _WORDS.get(text[at : at + 2])
        found += word or [known.get(text[at], text[at])]
        at += 2 if word else 1
    return found


@lru_cache(maxsize=20_000)
def pinyin(text: str) -> str:
    """Full pinyin without tones or spaces: 防水 -> fangshui."""
    return "".join(syllables(text)).replace(" ", "").lower()


@lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """First letters: 防水 -> fs. What has no reading stays whole."""
    known = readings()
    said = zip(text, syllables(text), strict=True)
    return "".join(one[0] if character in known else one for character, one in said).lower()


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
