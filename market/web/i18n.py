"""Two languages. Texts are written in Chinese; English comes from one PO file per area."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from market.web.context import language

ENGLISH_DIR = Path(__file__).parent.parent / "translations" / "en"
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


def load_english(directory: Path = ENGLISH_DIR) -> Translations:
    """All English PO files as one set of translations.

    Raises ValueError when two files translate one text differently.
    """
    merged = Catalog(locale="en")
    origin: dict[Any, tuple[str, Any]] = {}
    for path in sorted(directory.glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale="en")
        for message in catalog:
            if not message.id or not message.string:
                continue
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            known = origin.setdefault(key, (path.name, message.string))
            if known[1] != message.string and _plain(known[1]) != _plain(message.string):
                raise ValueError(f"{key!r} is translated twice: {known[0]} and {path.name}")
            merged.add(message.id, message.string)
    buffer = BytesIO()
    write_mo(buffer, merged)
    buffer.seek(0)
    return Translations(buffer)


def _plain(string: Any) -> Any:
    return string[0] if isinstance(string, tuple | list) else string


class _Texts(Domain):
    """Serves translations that are already in memory."""

    def get_translations(self) -> NullTranslations:
        """The texts of the language of this request."""
        return _english() if language() == "en" else _CHINESE


_CHINESE = NullTranslations()
_english = cache(load_english)


def english(text: str) -> str:
    """The English of a text, whatever the language of the request."""
    return _english().ugettext(text)


def gettext(text: str, **values: Any) -> str:
    """flask_babel's, by a shorter way: a page that is made asks for fifty texts."""
    found = _english().ugettext(text) if language() == "en" else text
    return found % values if values else found


def ngettext(one: str, many: str, count: int, **values: Any) -> str:
    """The same for a text with a number."""
    found = _english().ungettext(one, many, count) if language() == "en" else one
    return found % {"num": count, **values}


@pass_eval_context
def _in_template(context: EvalContext, text: str, /, **values: Any) -> str:
    """`_("…")` in a template; most texts have nothing to put in, which is quick."""
    found = gettext(text)
    if context.autoescape:
        found = Markup(found)  # noqa: S704 (our own texts; values are escaped by it)
    return found % values if "%" in found else found


def init_app(app: Flask) -> None:
    """Install languages into `app`."""
    app.config["BABEL_DEFAULT_LOCALE"] = LOCALES["zh"]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    babel = Babel(app, locale_selector=lambda: LOCALES[language()])
    texts = babel.domain_instance = _Texts()
    # Templates ask the texts themselves: a page has a hundred, and the way through the
    # extension costs more than the look-up.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: texts.get_translations().ugettext(text),
        ngettext=lambda one, many, count: texts.get_translations().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals.update(gettext=_in_template, _=_in_template)
