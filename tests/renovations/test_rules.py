"""Sums, comparison and what texts may not contain."""

from datetime import date
from decimal import Decimal

import pytest

from market.providers.trades import trades
from market.renovations import projects, steps
from market.renovations.projects import derive_trades, expected_items, project_types, work_items
from market.renovations.rules import compare, has_contact, line_amount
from market.renovations.states import INVITATION, REQUEST
from market.renovations.types import QuoteLineView, QuoteView
from tests.conftest import START


def make_quote(key: str, *lines: tuple[str | None, str, int]) -> QuoteView:
    views = tuple(
        QuoteLineView("labour", item, label, None, Decimal(1), "m2", fen, fen)
        for item, label, fen in lines
    )
    total = sum(line.amount_fen for line in views)
    return QuoteView(
        key, "r", "i", key, 1, total, date(2026, 12, 31), 5, 24, "", START, None, None, views
    )


def test_amounts_are_rounded_half_up_to_the_fen():
    assert line_amount(Decimal("1.005"), 100) == 101
    assert line_amount(Decimal("33.333"), 3) == 100
    assert line_amount(Decimal("0.001"), 1) == 0


@pytest.mark.parametrize(
    "text",
    ["打我电话13912345678", "139 1234 5678", "139-1234-5678", "１３９１２３４５６７８", "加微信聊",
     "VX: abc", "a@b.com", "qq 123456"],
)  # fmt: skip
def test_contact_data_in_free_text_are_seen(text):
    assert has_contact(text)


@pytest.mark.parametrize(
    "text",
    ["外墙 240 平米，后窗 3 个", "2026-05-01 以后", "北屋三间，3.6×8.4 米", "预算 120000", ""],
)
def test_ordinary_descriptions_pass(text):
    assert not has_contact(text)


def test_lines_are_aligned_and_missing_scaffolding_is_flagged():
    full = make_quote(
        "a", ("roof_waterproof", "", 500), ("scaffold", "", 80), ("main_material", "", 300)
    )
    lacking = make_quote("b", ("roof_waterproof", "", 450), ("main_material", "", 290))
    shown = compare([full, lacking], expected_items("roof-repair"), work_items())
    assert [row.key for row in shown.missing[1]] == ["scaffold", "waste_removal"]
    row = next(row for row in shown.rows if row.key == "roof_waterproof")
    assert [cell.amount_fen for cell in row.cells] == [500, 450]
    assert row.differs


def test_a_missing_line_is_a_gap_and_not_zero():
    shown = compare(
        [make_quote("a", ("tiling", "", 5))], expected_items("roof-repair"), work_items()
    )
    assert shown.rows[0].cells[0].amount_fen is None


def test_own_lines_align_by_their_words():
    shown = compare(
        [make_quote("a", (None, "搬 家具", 5)), make_quote("b", (None, "搬家具", 9))], (), {}
    )
    assert len(shown.rows) == 1
    assert not any(shown.missing)


def test_outliers_need_three_quotes():
    quotes = [make_quote("a", ("tiling", "", n)) for n in (100, 110, 300)]
    assert compare(quotes, (), work_items()).outliers == (None, None, "high")
    assert compare(quotes[1:], (), work_items()).outliers == (None, None)


def test_the_data_fit_together():
    for kind in project_types().values():
        assert set(kind.trades) <= set(trades()), kind.key
        assert set(kind.items) <= set(work_items()), kind.key
        assert kind.bundle in (None, kind.key)


def test_three_storeys_suggest_a_qualified_contractor():
    assert "company" in derive_trades("roof-repair", {"floors": 3})
    assert "company" not in derive_trades("roof-repair", {"floors": "unknown"})


def test_terminal_states_lead_nowhere():
    for state in ("awarded", "closed", "cancelled", "expired"):
        assert not REQUEST[state]
    for state in ("won", "lost", "declined", "expired", "withdrawn"):
        assert not INVITATION[state]


def test_the_wizard_asks_one_thing_at_a_time_and_ends():
    key, seen = steps.KEYS[0], []
    while key is not None:
        seen.append(key)
        key = steps.after(key)
    assert tuple(seen) == steps.KEYS
    assert projects.project_types()["other"]
