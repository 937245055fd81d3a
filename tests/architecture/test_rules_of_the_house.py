"""The rules of the house that a machine can check."""

import ast
import re
import subprocess

import pytest

from market.kernel.i18n import N_
from tests.architecture.source import MARKET, ROOT, modules

DOMAINS = {
    "regions", "accounts", "sellers", "certification", "catalogue", "providers", "bundles",
    "promotions", "carts", "orders", "payments", "renovations", "checkout", "matching",
    "search", "storefront", "notifications", "reports", "manuals", "substances", "uses",
    "footprints", "factories", "exchange", "commissions", "quotations", "subsidies",
    "suppliers", "demonstrations", "standards", "pickups", "handovers", "households", "picks",
    "contracts", "adoptions", "interchange",
}  # fmt: skip
# What other packages may enter, besides pure calculations listed by name.
DOORS = {"service", "queries", "types", "errors", "events"}
PURE = {
    "sellers": {"freight"},
    "certification": {"renewals", "rules"},
    "catalogue": {
        "stock",
        "cart_holds",
        "gate",
        "attributes",
        "cited",
        "contents",
        "effects",
        "materials",
        "pictures",
    },
    "bundles": {
        "takeoff",
        "packing",
        "carbon",
        "expressions",
        "typical",
        "house",
        "archetypes",
        "insulation",
        "materials",
        "warmth",
    },
    "promotions": {"engine", "words"},
    "subsidies": {"rules", "interest", "words"},
    "checkout": {"quote"},
    "matching": {"routing"},
    "payments": {"ledger"},
    "orders": {"states", "pickup_types"},
    "uses": {"rules", "wording"},
    "footprints": {"rules"},
    "factories": {"words"},
    "exchange": {"sheets"},
    "suppliers": {"words"},
    "pickups": {"words", "rules"},
    "handovers": {"rules"},
    "households": {"stating"},
}
# What the worker runs: the adapters may enter these besides.
JOB_DOORS = {"jobs", "sweeps"}
COMPOSITION = {"", "seed", "api", "reports"}
PURE_NAMES = {
    "rules", "engine", "conditions", "benefits", "states", "routing", "takeoff",
    "packing", "carbon", "expressions", "freight", "types", "events", "errors",
    "interest", "drafting", "years",
}  # fmt: skip
EDGE = re.compile(
    r"(^|_)(views|cli|commands|sweeps|jobs|feeds|hooks|loaders|main)$|^(webhooks|settle|serve|health)$"
)


def test_a_package_is_entered_only_through_its_doors():
    wrong = []
    for module in modules():
        if module.package in COMPOSITION or module.package == "seed":
            continue
        for name in module.imports():
            parts = name.split(".")
            if len(parts) < 3 or parts[0] != "market" or parts[1] not in DOMAINS:
                continue
            if parts[1] == module.package:
                continue
            if module.package == "adapters" and parts[2] in JOB_DOORS:
                continue
            if parts[2] not in DOORS | PURE.get(parts[1], set()):
                wrong.append(f"{module.name} -> {name}")
    assert not wrong


def test_pure_modules_know_neither_database_nor_web_nor_clock():
    forbidden = ("sqlalchemy", "flask", "market.db", "market.web")
    wrong = [
        f"{module.name} -> {name}"
        for module in modules()
        if module.package in DOMAINS and module.stem in PURE_NAMES
        for name in module.imports()
        if name.startswith(forbidden)
    ]
    assert not wrong


def test_only_one_place_commits():
    wrong = [
        module.name
        for module in modules()
        if module.name != "market.db.session"
        and re.search(r"\bsession\.(commit|rollback)\(", module.text)
    ]
    assert not wrong


def test_only_the_edge_opens_transactions():
    wrong = [
        module.name
        for module in modules()
        if module.package in DOMAINS
        and not EDGE.search(module.stem)
        and re.search(r"\b(unit_of_work|reading)\(\)", module.text)
    ]
    assert not wrong


def test_services_and_queries_do_not_know_flask():
    wrong = [
        f"{module.name} -> {name}"
        for module in modules()
        if module.package in DOMAINS and module.stem in {"service", "queries", "models", "stock"}
        for name in module.imports()
        if name.split(".")[0] in {"flask", "flask_login", "flask_wtf"}
    ]
    assert not wrong


def test_time_comes_from_the_clock():
    wrong = [
        module.name
        for module in modules()
        if module.name not in {"market.kernel.clock"}
        and module.package != "stripe_sandbox"
        and re.search(r"datetime\.(now|utcnow)\(|date\.today\(", module.text)
    ]
    assert not wrong


def test_files_and_functions_stay_small():
    long_files = [f"{m.name}: {n}" for m in modules() if (n := m.text.count("\n")) > 500]
    long_functions = [
        f"{m.name}.{f.name}: {n}"
        for m in modules()
        for f in m.functions()
        if (n := (f.end_lineno or 0) - f.lineno + 1) > 60
    ]
    assert not long_files
    assert not long_functions


def test_views_are_thin():
    wrong = []
    for module in modules():
        if not module.stem.endswith("views"):
            continue
        for function in module.functions():
            tagged = any("policy" in ast.unparse(d) for d in function.decorator_list)
            length = (function.end_lineno or 0) - function.lineno + 1
            if tagged and length > 25:
                wrong.append(f"{module.name}.{function.name}: {length}")
    assert not wrong


def test_no_file_is_a_drawer_for_odds_and_ends():
    bad = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert not [m.name for m in modules() if m.stem in bad]


def test_the_top_level_is_as_agreed():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    top = {line.split("/")[0] for line in listed}
    allowed = {
        "market", "templates", "static", "migrations", "tests", "wsgi.py", "pyproject.toml",
        "README.md", "README.zh.md", "Makefile", "docs", ".ci", ".gitignore", ".env.example",
        "requirements.lock", "requirements-dev.lock", "LICENSE", "CONTRIBUTING.md",
        "SECURITY.md", "CHANGELOG.md", "package.json", "package-lock.json", ".npmrc",
    }  # fmt: skip
    assert top <= allowed


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_have_hashes_and_name_no_host(lock):
    text = (ROOT / lock).read_text()
    assert "--hash=sha256:" in text
    assert not re.search(r"https?://|--index-url", text)


def test_marking_a_text_returns_it():
    assert N_("首页") == "首页"


def test_every_module_says_what_it_is():
    missing = [
        m.name for m in modules()
        if m.path != MARKET / "__main__.py" and m.text.strip() and not ast.get_docstring(m.tree)
    ]  # fmt: skip
    assert not missing
