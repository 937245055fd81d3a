"""Every text a person may read exists in both languages."""

import re
from functools import cache
from io import BytesIO

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from market.web.i18n import ENGLISH_DIR, load_english
from tests.architecture.source import MARKET, ROOT

KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "ngettext": (1, 2),
            "lazy_gettext": None, "lazy_ngettext": (1, 2), "n_": (1, 2)}  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")  # with its commas and brackets
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def _key(message):
    return message[0] if isinstance(message, tuple | list) else message


@cache
def used():
    """msgid -> first place of use."""
    found = {}
    sources = [(p, "python") for p in sorted(MARKET.rglob("*.py"))]
    sources += [(p, "jinja2") for p in sorted((ROOT / "templates").rglob("*.html"))]
    sources += [(p, "jinja2") for p in sorted((ROOT / "templates").rglob("*.txt"))]
    options = {"newstyle_gettext": "true", "trimmed": "false", "silent": "false",
               "trim_blocks": "true", "lstrip_blocks": "true"}  # fmt: skip
    for path, method in sources:
        content = BytesIO(path.read_bytes())
        for line, message, _comments, _context in extract(
            method, content, KEYWORDS, options=options if method == "jinja2" else {}
        ):
            if _key(message):
                found.setdefault(_key(message), f"{path.relative_to(ROOT)}:{line}")
    return found


@cache
def english():
    """msgid -> (file, msgstr)."""
    found = {}
    for path in sorted(ENGLISH_DIR.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id:
                    found.setdefault(_key(message.id), (path.name, message.string))
    return found


def test_every_text_has_an_english_translation():
    missing = {
        text: place
        for text, place in used().items()
        if CHINESE.search(text) and not any(_strings(english().get(text, ("", ""))[1]))
    }
    assert not missing, "\n".join(f"{place}  {text}" for text, place in missing.items())


def test_no_text_is_translated_in_two_ways():
    assert load_english()  # raises, naming the text and both files


def test_translations_keep_the_placeholders():
    wrong = [
        text
        for text, (_, string) in english().items()
        for one in _strings(string)
        if one and set(PLACEHOLDER.findall(one)) - set(PLACEHOLDER.findall(text))
    ]
    assert not wrong


def test_english_has_no_chinese_left():
    wrong = [
        text
        for text, (_, string) in english().items()
        if any(CHINESE.search(one) for one in _strings(string)) and "lang" not in text
    ]
    allowed = {"中文"}
    assert not [text for text in wrong if text not in allowed]


def test_none_is_counted_like_many():
    counted = [
        (text, string) for text, (_, string) in english().items() if len(_strings(string)) > 1
    ]
    assert len(counted) > 20
    texts = load_english()
    for text, (one, many) in counted:
        said = [texts.ungettext(text, text, number) for number in (0, 1, 2)]
        assert said == [many, one, many]


def test_no_translation_is_left_over():
    unused = [f"{file}: {text}" for text, (file, _) in english().items() if text not in used()]
    assert not unused, "\n".join(unused)


def _strings(string):
    return string if isinstance(string, tuple | list) else (string,)


def test_templates_contain_no_text_outside_translations():
    """Chinese in a template stands inside _(…) or a trans block, never bare."""
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
        text = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", text, flags=re.S)
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
        if found := re.search(r".*[\u4e00-\u9fff].*", text):
            wrong.append(f"{path.relative_to(ROOT)}: {found.group(0).strip()[:60]}")
    assert not wrong


def test_a_colon_that_something_follows_at_once_has_its_space_in_english():
    followed = re.compile(r'_\("([^"]*：)"\) \}\}(?:\{\{|<a |<b>|<span|<strong)')
    glued = [
        f"{path.relative_to(ROOT)}  {text}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for text in followed.findall(path.read_text(encoding="utf-8"))
        if not str(english()[text][1]).endswith(" ")
    ]
    assert glued == []
