"""The look: contrast of every pair of colours, weight of the styles, components on their page."""

import gzip
import re
from pathlib import Path

import pytest
import rcssmin

from market.web.components import group_digit, whole
from market.web.navigation import DESKS, TABS

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static" / "css"
TEMPLATES = ROOT / "templates"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
TEXTS = ("ink", "ink2", "ink3", "pine", "indigo", "brick", "wheat", "red")
GROUNDS = ("paper", "surface", "sunken")
SOFT = ("pine", "indigo", "brick", "wheat", "red")
TILES = tuple(f"tile-{n}" for n in range(1, 7))


def block(start: str) -> dict[str, str]:
    """Colour tokens of the rule that begins with `start`."""
    body = TOKENS[TOKENS.index(start) :]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", body[: body.index("}")]))


LIGHT = block(":root {")
DARK = block("[data-theme=dark]")
SYSTEM_DARK = block(":root:not([data-theme=light])")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_both_ways_into_dark_have_the_same_colours():
    assert DARK == SYSTEM_DARK
    assert set(DARK) == set(LIGHT)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(theme):
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS]
    pairs += [(name, f"{name}-soft") for name in SOFT]
    pairs += [(text, f"{soft}-soft") for text in ("ink", "ink2") for soft in SOFT]
    pairs += [("on-pine", "pine"), ("on-pine", "pine-deep"), ("ink3", "pine-soft")]
    pairs += [("pine-deep", "pine-soft"), ("surface", "red"), ("surface", "brick")]
    weak = {p: round(contrast(theme[p[0]], theme[p[1]]), 2) for p in pairs}
    assert {p: ratio for p, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_borders_and_stars_can_be_seen(theme):
    pairs = [(name, ground) for name in ("edge", "star") for ground in GROUNDS]
    pairs += [("star", "pine-soft")]
    weak = {p: round(contrast(theme[p[0]], theme[p[1]]), 2) for p in pairs}
    assert {p: ratio for p, ratio in weak.items() if ratio < 3} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_dimensions_of_drawings_can_be_read_on_every_tile(theme):
    assert min(contrast("#1D4F80", theme[tile]) for tile in TILES) >= 4.5


def test_colours_and_sizes_live_in_the_tokens_only():
    sheets = [CSS / f"{name}.css" for name in ("components", "desk")]
    sheets += sorted((CSS / "domains").glob("*.css"))
    wrong = [
        f"{sheet.name}: {match}"
        for sheet in sheets
        for match in re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", sheet.read_text("utf-8"))
    ]
    assert not wrong


def test_no_text_is_smaller_than_13_pixels():
    sizes = [float(size) for size in re.findall(r"--f\d+:\s*(\d*\.?\d+)rem", TOKENS)]
    assert min(sizes) * 16 >= 13
    loose = [
        f"{sheet.name}: {size}"
        for sheet in CSS.rglob("*.css")
        if sheet.name not in ("plain.css", "print.css")
        for size in re.findall(r"font-size:\s*(\d[\d.]*(?:px|em))", sheet.read_text("utf-8"))
    ]
    assert not loose


def test_all_styles_together_stay_within_14_kilobytes():
    sheets = [CSS / "tokens.css", CSS / "base.css", CSS / "components.css", CSS / "desk.css"]
    sheets += sorted((CSS / "domains").glob("*.css"))
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    assert len(gzip.compress(rcssmin.cssmin(text).encode(), 9)) <= 14 * 1024


def test_scripts_of_our_own_stay_within_5_kilobytes():
    own = b"".join(path.read_bytes() for path in sorted((ROOT / "static/js").glob("app.js")))
    assert len(gzip.compress(own, 9)) <= 5 * 1024


def test_no_template_holds_inline_style_or_script():
    wrong = []
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)", text):
            wrong.append(str(path.relative_to(TEMPLATES)))
    assert not wrong


def test_every_icon_a_template_names_is_in_the_sprite():
    sprite = set(re.findall(r'symbol id="(\w+)"', (ROOT / "static/img/icons.svg").read_text()))
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'icon\("(\w+)"\)', path.read_text(encoding="utf-8"))
    }
    named |= {place.icon for _, places in DESKS.values() for place in places}
    assert named <= sprite
    assert len(sprite) <= 40


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_style_guide_shows_every_state(client, lang):
    page = client.get(f"/styleguide?lang={lang}").get_data(as_text=True)
    for part in (
        'class="btn"', "btn line", "btn quiet", "btn danger", "aria-busy", "tag ok", "tag bad",
        'role="alert"', 'aria-invalid="true"', "length-err", 'class="plaque"', "plaque due",
        "plaque off", "plaque none", 'class="g"', "tag off", 'class="dl"', "minus", "gap",
        "aria-current=\"step\"", "timeline", "pager", "empty", "opt no", "field step",
    ):  # fmt: skip
        assert part in page, part


def test_a_refused_field_keeps_its_value_and_names_its_error(client):
    page = client.get("/styleguide").get_data(as_text=True)
    field = re.search(r'<input[^>]*id="length"[^>]*>', page)
    assert field
    assert 'value="1000"' in field[0]
    assert 'aria-describedby="length-hint length-err"' in field[0]
    assert 'href="#length"' in page


def test_activity_one_never_shows_stars(client):
    page = client.get("/styleguide").get_data(as_text=True)
    card = page[page.index("竹地板") :]
    assert "★" not in card[: card.index("</article>")]
    assert "零星" not in page


def test_large_text_is_a_state_of_the_page(client):
    client.set_cookie("text", "large")
    page = client.get("/").get_data(as_text=True)
    assert 'data-text="large"' in page
    assert "tel:400" in page


@pytest.mark.parametrize("path", ["/nothing/here", "/p/unknown", "/materials/none"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_unknown_page_is_a_page_with_a_way_on(client, path, lang):
    response = client.get(f"{path}?lang={lang}")
    assert response.status_code == 404
    assert 'href="/"' in response.get_data(as_text=True)


def test_the_last_resort_page_needs_nothing():
    page = (ROOT / "static/500.html").read_text(encoding="utf-8")
    assert "{{" not in page
    assert "12" not in re.sub(r"\d", "", page)


def test_a_number_stays_with_its_unit():
    assert whole("剩 1.8 m²，要 30 包") == "剩 1.8\u00a0m²，要 30\u00a0包"
    assert whole("约 7 10") == "约 7 10"


@pytest.mark.parametrize(
    ("code", "digit"), [("G105", "1"), ("G602", "6"), ("A02", "3"), ("X01", "1"), ("4", "4")]
)
def test_a_kind_has_the_tile_of_its_group(code, digit):
    assert group_digit(code) == digit


def test_every_desk_has_at_least_five_places(app):
    for title, places in DESKS.values():
        assert len(places) >= TABS, title


def test_tables_fold_into_cards_on_narrow_screens_only():
    """A sheet of A4 is narrower than a tablet; on paper a bill of quantities stays a table."""
    for sheet in sorted(CSS.rglob("*.css")):
        for rule in re.findall(r"@media[^{]*max-width[^{]*", sheet.read_text(encoding="utf-8")):
            assert "screen" in rule, f"{sheet.name}: {rule}"
