"""The project's own source as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
MARKET = ROOT / "market"


@dataclass(frozen=True)
class Module:
    """One Python file of `market/`."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(p for p in parts if p != "__init__")

    @property
    def package(self) -> str:
        """The domain, e.g. "orders"; "" for files directly in market/."""
        parts = self.path.relative_to(MARKET).parts
        return parts[0] if len(parts) > 1 else ""

    @property
    def stem(self) -> str:
        return self.path.stem

    def imports(self) -> Iterator[str]:
        """Dotted names of everything imported, `from a import b` as a.b."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def functions(self) -> Iterator[ast.FunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                yield node


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for path in sorted(MARKET.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Module(path, text, ast.parse(text)))
    return tuple(found)
