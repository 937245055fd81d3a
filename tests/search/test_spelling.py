"""The table of readings says what the dictionary it was made from says."""

import os

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import Style, lazy_pinyin

from market.search import spelling


def test_every_reading_is_the_dictionarys_but_those_of_the_trade():
    for code in range(spelling.FIRST, spelling.LAST + 1):
        character = chr(code)
        if character not in spelling.TRADE:
            said = lazy_pinyin(character, style=Style.NORMAL, errors="default")
            assert spelling.syllables(character) == said, character


def test_words_are_spelled_whole_and_by_first_letters():
    assert spelling.pinyin("防水卷材") == "fangshuijuancai"
    assert spelling.initials("50mm 女儿墙") == "50mm neq"
    assert spelling.pinyin("重新铺") == "chongxinpu"
    assert spelling.initials("重铺") == "cp"
    assert spelling.pinyin("长条") == "changtiao"
