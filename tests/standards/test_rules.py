"""Codes of standards as people write them, and what follows from editions."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.catalogue.cited import (
    Cited,
    Unread,
    decode_cited,
    encode_cited,
    ended,
    outdated_from,
)
from market.catalogue.rules import standard_blockers
from market.standards import rules
from market.standards.types import Code, EditionView, EndingView, State

DAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GB 175-2023", ["GB 175-2023"]),
        ("gb175-2023", ["GB 175-2023"]),
        ("ＧＢ／Ｔ　８６２４－２０１２", ["GB/T 8624-2012"]),
        ("GBT 8624—2012 B1级", ["GB/T 8624-2012"]),
        ("GB / T 8624 – 2012", ["GB/T 8624-2012"]),
        ("GB/T 10801.1-2021", ["GB/T 10801.1-2021"]),
        ("t/cecs 10031-2019", ["T/CECS 10031-2019"]),
        ("JC/T2298-2014、JGT 158-2013", ["JC/T 2298-2014", "JG/T 158-2013"]),
        ("JGJ/T 12-2006", ["JGJ/T 12-2006"]),
        ("GB 175-2023/GB 8076-2008", ["GB 175-2023", "GB 8076-2008"]),
        ("GB 175-2007/XG1-2009", ["GB 175-2007"]),
        ("GBJ 16-87", ["GBJ 16-1987"]),
        ("CECS 123：2004", ["CECS 123-2004"]),
        ("DB11/T 1234-2020", ["DB11/T 1234-2020"]),
        ("DB 37 123-2019", ["DB37 123-2019"]),
        ("Q/BJKJ 001-2020", ["Q/BJKJ 001-2020"]),
        ("EN ISO 10456:2007", ["ISO 10456-2007"]),
        ("执行GB 175（2023年版）", ["GB 175"]),
        ("GB 175", ["GB 175"]),
        ("GB\u200b 175-2023 GB 175-2023", ["GB 175-2023"]),
        ("GB 示例标准", []),
        ("B1级 2012", []),
        ("XGB 175-2023", []),
        ("ISO9001认证", ["ISO 9001"]),
        ("", []),
    ],
)
def test_a_code_is_read_however_it_is_written(text, found):
    assert [code.text for code in rules.codes(text)] == found


HEADS = ["GB", "GB/T", "GB/Z", "GBJ", "JC/T", "JG", "JGJ/T", "T/CECS", "T/CBMF", "DB11/T", "CECS"]
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})


@given(
    head=st.sampled_from(HEADS),
    number=st.integers(1, 99_999),
    part=st.none() | st.integers(1, 99),
    year=st.none() | st.integers(1950, 2049),
    dash=st.sampled_from(["-", "—", "－", " - ", "–", "‑", "：", "−"]),
    gap=st.sampled_from(["", " ", "　", "\u00a0"]),
    lower=st.booleans(),
    wide=st.booleans(),
    around=st.sampled_from(["", "执行标准", "（", "、", "："]),
)
def test_every_way_of_writing_a_code_gives_the_same(
    head, number, part, year, dash, gap, lower, wide, around
):
    digits = f"{number}" if part is None else f"{number}.{part}"
    code = Code(f"{head} {digits}", str(year) if year else "")
    written = f"{head}{gap}{digits}" + (f"{dash}{year}" if year else "")
    written = written.lower() if lower else written
    written = written.translate(WIDE) if wide else written
    assert rules.codes(f"{around}{written}{around}") == (code,)
    assert rules.codes(code.text) == (code,)
    assert rules.edition_code(written) == (code if year else None)


@given(st.text(max_size=120))
def test_no_text_is_too_strange_and_what_is_read_reads_the_same(text):
    for code in rules.codes(text):
        assert rules.codes(code.text) == (code,)


def edition(code="GB 175-2023", effective=DAY, ending=None, mandatory=False):
    return EditionView(
        code, "s", "GB-175", code, "名", "name", mandatory, ("X01",), None, effective, "", "示例",
        False, datetime(2026, 1, 1, tzinfo=UTC), "", ending,
    )  # fmt: skip


def test_the_state_follows_the_clock():
    before = date(2024, 5, 31)
    assert edition().state_on(before) is State.COMING
    assert edition().state_on(DAY) is State.IN_FORCE
    old = edition("GB 175-2007", date(2008, 6, 1), EndingView(DAY, "示例", "GB 175-2023"))
    assert old.state_on(before) is State.IN_FORCE
    assert old.state_on(DAY) is State.SUPERSEDED
    gone = edition("GB 175-2007", date(2008, 6, 1), EndingView(DAY, "示例"))
    assert gone.state_on(DAY) is State.WITHDRAWN


def test_a_chain_that_comes_back_is_seen():
    follows = {"a": "b", "b": "c"}
    assert rules.leads_to("a", "c", follows)
    assert rules.leads_to("a", "a", {})
    assert not rules.leads_to("c", "a", follows)
    assert not rules.leads_to("x", "a", {"x": "y", "y": "x"})


def test_only_what_came_into_force_after_the_pledge_must_be_read():
    before, after = datetime(2024, 5, 31, tzinfo=UTC), datetime(2024, 6, 1, 1, tzinfo=UTC)
    mandatory = edition(mandatory=True)
    today = date(2024, 7, 1)
    assert rules.must_be_read(mandatory, before, today)
    assert rules.must_be_read(mandatory, None, today)
    assert not rules.must_be_read(mandatory, after, today)
    assert not rules.must_be_read(edition(), before, today)
    over = edition(mandatory=True, ending=EndingView(date(2024, 7, 1), "示例"))
    assert not rules.must_be_read(over, before, today)
    assert rules.must_be_read(over, before, date(2024, 6, 30))


def cited(**more):
    values = {"code": "GB 175-2007", "slug": "GB-175", "name_zh": "名", "name_en": "",
              "effective_on": date(2008, 6, 1), **more}  # fmt: skip
    return Cited(**values)


def test_what_is_carried_comes_back_as_it_was():
    several = (cited(), cited(ended_on=DAY, until=date(2024, 12, 31), by="GB 175-2023",
                              by_slug="GB-175", name_en="n"))  # fmt: skip
    assert decode_cited(encode_cited(several)) == several
    assert outdated_from(several) == DAY
    assert outdated_from(several[:1]) is None
    assert ended(several, DAY) == [several[1]]
    assert ended(several, date(2024, 5, 31)) == []


@pytest.mark.parametrize(
    ("more", "day", "codes"),
    [
        ({}, DAY, []),
        ({"ended_on": DAY, "by": "GB 175-2023"}, date(2024, 5, 31), []),
        ({"ended_on": DAY, "by": "GB 175-2023"}, DAY, ["standard_superseded"]),
        ({"ended_on": DAY, "by": "B", "until": date(2024, 12, 31)}, date(2024, 12, 31), []),
        (
            {"ended_on": DAY, "by": "B", "until": date(2024, 12, 31)},
            date(2025, 1, 1),
            ["standard_superseded"],
        ),
        ({"ended_on": DAY}, DAY, ["standard_withdrawn"]),
    ],
)
def test_publishing_is_refused_after_the_transition(more, day, codes):
    assert [one.code for one in standard_blockers([cited(**more)], [], day)] == codes


def test_an_unread_edition_keeps_back_from_its_day():
    unread = [Unread("GB 175-2023", DAY)]
    assert standard_blockers([], unread, date(2024, 5, 31)) == []
    assert [one.code for one in standard_blockers([], unread, DAY)] == ["standard_unread"]
