"""Claims of a maker's works."""

from typing import Any

from market.factories.types import ClaimDraft, ClaimKind


def make_claim(**overrides: Any) -> ClaimDraft:
    """Zero bought power, by a province, since 2025."""
    values: dict[str, Any] = {
        "kind": ClaimKind.ZERO, "key": "power", "issuer": "省工信厅（示例）", "year": 2025,
        **overrides,
    }  # fmt: skip
    return ClaimDraft(**values)
