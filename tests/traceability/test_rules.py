"""Codes that cannot be misread, trees of them, and what makes a scan suspicious."""

from datetime import UTC, date, datetime, timedelta

import pytest

from market.batches import rules as batch_rules
from market.kernel.ids import new_code
from market.traceability import rules
from market.traceability.types import CodesWanted, Level, PastScan
from market.web.qr import qr_svg

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def fresh():
    body = new_code(rules.BODY)
    return body + rules.check_character(body)


def test_every_single_slip_and_every_swap_of_neighbours_is_found():
    code = fresh()
    for i, char in enumerate(code):
        for other in rules.ALPHABET.replace(char, ""):
            assert rules.normal_code(code[:i] + other + code[i + 1 :]) is None
    for i in range(len(code) - 2):
        if code[i] != code[i + 1]:
            swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
            assert rules.normal_code(swapped) is None


def test_a_code_is_read_as_people_write_it():
    code = fresh()
    assert rules.normal_code(f" {code[:4]}-{code[4:8]} {code[8:].lower()} ") == code
    assert rules.normal_code("".join(chr(ord(c) + 0xFEE0) for c in code)) == code  # full width
    for wrong in ("", "0" * 13, code[:-1], code + "2", "长" * 13, "I" * 13):
        assert rules.normal_code(wrong) is None


def test_a_tree_has_its_batch_pallets_and_units_in_order():
    made = rules.tree(CodesWanted(2, 3), lambda: new_code(rules.BODY))
    assert [code.level for code in made].count(Level.UNIT) == 6
    root, first = made[0], made[1]
    assert (root.level, root.parent) == (Level.BATCH, None)
    assert (first.level, first.parent, first.serial) == (Level.PALLET, root.code, 1)
    assert all(code.parent == first.code for code in made[2:5])
    assert [code.serial for code in made if code.level is Level.UNIT] == [1, 2, 3, 4, 5, 6]
    assert len({code.code for code in made}) == len(made)
    more = rules.tree(CodesWanted(0, 2), lambda: new_code(12), root=root.code, units_before=6)
    assert [(c.level, c.parent, c.serial) for c in more] == [
        (Level.UNIT, root.code, 7), (Level.UNIT, root.code, 8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("km", "hours", "raised"),
    [(101, 1, True), (100, 1, False), (1200, 48, True), (1200, 49, False), (None, 1, False)],
)
def test_far_and_soon_is_an_alarm(km, hours, raised):
    before = [PastScan("130624", NOW - timedelta(hours=hours)), PastScan("", NOW)]
    found = rules.farthest(before, NOW, {"130624": km})
    assert (found is not None) is raised
    if found:
        assert (found.county, found.km, found.hours) == ("130624", km, hours)


def test_only_units_pass_through_few_hands():
    assert [n for n in range(12) if rules.too_many(Level.UNIT, n)] == [2, 5, 10]
    assert [n for n in range(45) if rules.too_many(Level.PALLET, n)] == [20, 40]
    assert not any(rules.too_many(Level.BATCH, n) for n in range(500))


def test_a_mark_differs_by_code_and_secret():
    mark = rules.visitor_mark("s", "A", "me")
    assert mark == rules.visitor_mark("s", "A", "me")
    assert len({mark, rules.visitor_mark("s", "B", "me"), rules.visitor_mark("t", "A", "me")}) == 3


def test_the_same_number_on_paper_is_the_same_batch():
    assert batch_rules.number_key("２０２６ a-1") == batch_rules.number_key("2026A-1")
    day = date(2026, 11, 1)
    assert not batch_rules.may_go_out(has_report=True, withdrawn=False, held=False, use_by=day,
                                      today=day + timedelta(days=1))  # fmt: skip
    assert batch_rules.may_go_out(has_report=True, withdrawn=False, held=False, use_by=day,
                                  today=day)  # fmt: skip
    assert not batch_rules.may_go_out(has_report=True, withdrawn=False, held=True, use_by=day,
                                      today=day)  # fmt: skip


def test_a_label_is_a_picture_without_styles():
    svg = qr_svg("http://127.0.0.1:8000/t/ABCDEFGHJKMN2")
    assert svg.startswith("<svg")
    assert "style" not in svg
