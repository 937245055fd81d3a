"""The table of readings says what the dictionary it was made from says."""

import subprocess
import sys

from market.search import spelling

# In a process of its own: place names teach the dictionary of this one other readings.
ASK = """
import os
os.environ["PYPINYIN_NO_PHRASES"] = "1"
from pypinyin import Style, lazy_pinyin
for code in range(%d, %d + 1):
    print(*lazy_pinyin(chr(code), style=Style.NORMAL, errors="default"))
"""


def test_every_reading_is_the_dictionarys_but_those_of_the_trade():
    ask = ASK % (spelling.FIRST, spelling.LAST)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", ask],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    for code, said in enumerate(done.stdout.splitlines(), start=spelling.FIRST):
        character = chr(code)
        if character not in spelling.TRADE:
            assert spelling.syllables(character) == said.split(), character


def test_words_are_spelled_whole_and_by_first_letters():
    assert spelling.pinyin("防水卷材") == "fangshuijuancai"
    assert spelling.initials("50mm 女儿墙") == "50mm neq"
    assert spelling.pinyin("重新铺") == "chongxinpu"
    assert spelling.initials("重铺") == "cp"
    assert spelling.pinyin("长条") == "changtiao"
