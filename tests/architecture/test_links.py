"""Every link a template writes leads to an address that exists."""

from functools import cache

import pytest
from jinja2 import Environment, nodes

from market.app import create_app
from market.config import Settings
from tests.architecture.source import ROOT

TEMPLATES = ROOT / "templates"
NOT_ARGUMENTS = {"_anchor", "_external", "_scheme", "_method"}


@cache
def calls():
    """(template, line, call) of everything that asks for an address."""
    parse = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        where, page = path.relative_to(TEMPLATES), parse(path.read_text(encoding="utf-8"))
        found += [
            (where, call.lineno, call)
            for call in page.find_all(nodes.Call)
            if isinstance(call.node, nodes.Name) and call.node.name in ("href", "url_for")
        ]
    return tuple(found)


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    """The arguments of each endpoint's addresses."""
    settings = Settings(secret_key="t" * 40, data_dir=tmp_path_factory.mktemp("d"), testing=True)
    known = {}
    for rule in create_app(settings).url_map.iter_rules():
        known.setdefault(rule.endpoint, []).append(rule.arguments)
    return known


def endpoints(value):
    """The names an expression can give, as far as it says them."""
    if isinstance(value, nodes.Const):
        return [value.value]
    if isinstance(value, nodes.CondExpr):
        return endpoints(value.expr1) + endpoints(value.expr2)
    return []


def test_every_link_names_an_endpoint_and_all_its_arguments(rules):
    wrong = []
    for path, line, call in calls():
        given = {one.key for one in call.kwargs}
        for name in endpoints(call.args[0]):
            needed = rules.get(name)
            if needed is None:
                wrong.append(f"{path}:{line}: no endpoint {name}")
            elif call.dyn_kwargs is None and not any(each <= given for each in needed):
                wrong.append(f"{path}:{line}: {name} needs {sorted(needed[0] - given)}")
    assert not wrong, "\n".join(wrong)
    assert len(calls()) > 300  # the control: it does look


def test_no_template_links_to_nothing():
    wrong = [
        str(path.relative_to(TEMPLATES))
        for path in sorted(TEMPLATES.rglob("*.html"))
        if any(mark in path.read_text(encoding="utf-8") for mark in ('href="#"', "href='#'"))
    ]
    assert not wrong
