"""The forms of a page, as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXT = {"text", "search", "tel", "email", "url", "number", "date", "textarea"}


@dataclass
class PageForm:
    """Where a form goes and what it holds; `typed` are the names of its text fields."""

    action: str = ""
    method: str = "get"
    values: dict = field(default_factory=dict)
    typed: set = field(default_factory=set)
    files: set = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.form = [], None
        self.area, self.select = None, None

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "form":
            self.form = PageForm(said.get("action") or "", (said.get("method") or "get").lower())
            self.forms.append(self.form)
        elif self.form is not None and (name := said.get("name")):
            self._field(tag, name, said)
        if tag == "option" and self.select and self.form is not None:
            value = said.get("value") or ""
            if "selected" in said or not self.form.values.get(self.select):
                self.form.values[self.select] = value

    def _field(self, tag, name, said):
        values, kind = self.form.values, said.get("type") or "text"
        if tag == "textarea":
            self.area = name
            values[name] = ""
            self.form.typed.add(name)
        elif tag == "select":
            self.select = name
            values[name] = ""
        elif kind == "file":
            self.form.files.add(name)
        elif kind in ("radio", "checkbox"):
            if "checked" in said or name not in values:
                values[name] = said.get("value", "on")
        elif tag in ("input", "button"):
            if tag == "input" or name not in values:
                values[name] = said.get("value") or ""
            if tag == "input" and kind in TEXT and "readonly" not in said:
                self.form.typed.add(name)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.area and self.form is not None:
            self.form.values[self.area] += data


def forms_of(page):
    """Every form of a page of HTML."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms
