"""Every kind has its picture; the committed files are the ones the recipes draw."""

import csv
import gzip
import re
import statistics
from xml.etree import ElementTree

import pytest

from market.drawings.files import FOLDER, write_all
from market.drawings.recipes import GROUPS, RECIPES, draw
from market.web.components import kind_picture_url
from tests.architecture.source import ROOT

DATA = ROOT / "market" / "catalogue" / "data"
COMMITTED = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}


def kind_codes() -> list[str]:
    codes = []
    for name in ("product_kinds.csv", "product_kinds_extra.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            codes += [row["code"] for row in csv.DictReader(file)]
    return codes


def test_every_kind_and_every_group_has_a_recipe():
    assert len(kind_codes()) == 77
    assert set(kind_codes()) | {f"group-{n}" for n in range(1, 7)} <= set(RECIPES)


def test_the_committed_files_are_the_drawn_ones():
    assert set(COMMITTED) == set(RECIPES)
    stale = [name for name in RECIPES if draw(name) != COMMITTED[name]]
    assert not stale, "run: python -m market.drawings"


def test_the_command_writes_all_and_removes_what_has_no_recipe(tmp_path):
    (tmp_path / "old.svg").write_text("<svg/>")
    assert write_all(tmp_path) == len(RECIPES)
    assert {path.stem for path in tmp_path.iterdir()} == set(RECIPES)


def test_the_files_are_small():
    sizes = {name: len(gzip.compress(text.encode(), 9)) for name, text in COMMITTED.items()}
    assert {name: size for name, size in sizes.items() if size > 1500} == {}
    assert statistics.median(sizes.values()) <= 800


def test_no_two_pictures_are_the_same():
    bare = {re.sub(rf"\b{name}(?=[a-z]\b)", "", text) for name, text in COMMITTED.items()}
    assert len(bare) == len(COMMITTED)


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_file_is_closed_in_itself(name):
    text = COMMITTED[name]
    root = ElementTree.fromstring(text)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert width / height == pytest.approx(4 / 3, abs=0.01)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert all(key == "plain" or key.startswith(name) for key in ids)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    assert used == set(ids) - {"plain"}
    assert not re.search(r"<script|\bon\w+=|style=|https?://(?!www\.w3\.org/2000/svg)", text)


def test_ids_differ_between_files():
    ids = [key for text in COMMITTED.values() for key in re.findall(r'\bid="([^"]+)"', text)]
    own = [key for key in ids if key != "plain"]
    assert len(own) == len(set(own))


def test_the_figure_can_be_left_out_and_is_absent_from_thumbnails():
    assert 'class="d"' in COMMITTED["G105"]
    assert ":target .d{display:none}" in COMMITTED["G105"]
    assert "@media(max-width:141px){.d{display:none}}" in COMMITTED["G105"]
    assert "<style" not in COMMITTED["G201"]


@pytest.mark.parametrize(
    ("code", "shown"),
    [("G105", "G105"), ("X15", "X15"), ("G999", "group-6"), ("G217", "group-2"), ("A12", "group-3"),
     ("X16", "group-1"), ("G105-wool", "G105-wool")],
)  # fmt: skip
def test_a_page_shows_the_kind_or_the_form_of_its_group(app, code, shown):
    with app.app_context():
        assert kind_picture_url(code).startswith(f"/assets/{shown}.")


def test_groups_are_those_of_the_tiles():
    assert sorted(GROUPS) == [f"group-{n}" for n in range(1, 7)]
