"""What other packages add to the export and the deletion of an account.

They register at import time; this package never imports them.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from market.accounts.types import Blocker

ExportPart = Callable[[Session, str], Any]
DeletionCheck = Callable[[Session, str], Blocker | None]

_exports: dict[str, ExportPart] = {}
_blockers: dict[str, DeletionCheck] = {}


def contribute_export(name: str, part: ExportPart) -> None:
    """`part(session, account_id)` gives JSON values that the person may download."""
    _exports[name] = part


def contribute_deletion_check(name: str, check: DeletionCheck) -> None:
    """`check(session, account_id)` says why the account is still needed, or None."""
    _blockers[name] = check


def export_parts() -> dict[str, ExportPart]:
    """All registered parts by name."""
    return dict(_exports)


def deletion_checks() -> dict[str, DeletionCheck]:
    """All registered checks by name."""
    return dict(_blockers)
