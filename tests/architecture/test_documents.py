"""What the documents promise about the tree is true."""

import re

from tests.architecture.source import MARKET, ROOT


def test_the_map_names_every_package_and_nothing_else():
    named = set(re.findall(r"^\| `market/(\w+)`", (ROOT / "docs/map.md").read_text(), re.M))
    packages = {p.name for p in MARKET.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert named == packages


def test_the_readmes_name_every_make_command():
    text = (ROOT / "Makefile").read_text()
    commands = set(re.findall(r"^(\w+):.*##", text, re.M)) - {"help", "clean"}
    for name in ("README.md", "README.zh.md"):
        missing = {c for c in commands if f"`make {c}`" not in (ROOT / name).read_text()}
        assert not missing


def test_links_between_documents_lead_somewhere():
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
