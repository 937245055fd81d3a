"""The documents name what exists: terms, commands, settings and addresses."""

import re
from functools import cache

from tests.architecture.source import ROOT, modules
from tests.reports.test_settings import documented

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<zh>[^|]+) \| (?P<en>[^|]+) \| (?P<code>[^|]+) \|$", re.M)


def rows():
    return [m for m in ROW.finditer(GLOSSARY) if m["zh"] not in ("中文", "---")]


@cache
def words_of_the_code():
    return set(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", "\n".join(m.text for m in modules())))


def names():
    return [name for row in rows() for name in re.findall(r"`([^`]+)`", row["code"])]


def test_every_term_has_both_languages_and_a_name():
    assert len(rows()) > 50
    wrong = [
        row.group(0)
        for row in rows()
        if not re.search(r"[\u4e00-\u9fff]", row["zh"])
        or not re.search(r"[a-z]", row["en"])
        or not re.findall(r"`([^`]+)`", row["code"])
    ]
    assert not wrong


def test_the_names_of_the_glossary_exist():
    wrong = [name for name in names() if not set(name.split(".")) <= words_of_the_code()]
    assert not wrong


def test_every_name_of_the_domain_is_in_the_glossary():
    """The names that the architecture agreed on for this slice."""
    agreed = {
        "Product", "Variant", "Listing", "Seller", "Provider", "Trade", "Certificate",
        "CertificationBody", "Bundle", "BundleConfiguration", "Promotion", "Benefit",
        "CouponCode", "Adjustment", "Redemption", "Cart", "Order", "SellerOrder", "Payment",
        "PaymentRefund", "LedgerEntry", "RenovationRequest", "Invitation", "Quote",
    }  # fmt: skip
    assert agreed <= set(names())


def test_the_commands_of_the_operations_manual_exist(app):
    commands = set(re.findall(r"flask --app wsgi ([a-z-]+)", OPERATIONS))
    assert {"audit", "worker", "create-admin", "db", "seed", "search"} <= commands
    assert commands <= set(app.cli.commands)


def test_the_settings_of_the_operations_manual_exist():
    known = set(documented())
    named = set(re.findall(r"`([A-Z][A-Z_]{4,})[=`]", OPERATIONS))
    named |= set(re.findall(r"^    ([A-Z][A-Z_]{4,})=", OPERATIONS, re.M))
    assert named
    assert named <= known, named - known


def test_the_addresses_of_the_operations_manual_exist(app):
    urls = app.url_map.bind("localhost")
    named = set(re.findall(r"`(/(?:operator|official|healthz|readyz|metrics)[a-z/]*)`", OPERATIONS))
    assert {"/operator", "/operator/audit", "/healthz", "/readyz", "/metrics"} <= named
    for path in named:
        urls.match(path, method="GET")
    urls.match("/webhooks/stripe", method="POST")


def test_every_invariant_stands_in_the_operations_manual():
    from market.reports.invariants import CHECKS  # noqa: PLC0415

    for check in CHECKS:
        assert f"| {check.__doc__.partition(':')[0]} |" in OPERATIONS
