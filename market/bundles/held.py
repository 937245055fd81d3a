"""Which version of a bundle a kept configuration is computed with.

What a household kept, shared or has on paper stays with the version it was made with. When a newer
one is published the old one is held for as long as a quotation is valid, so that a paper and what
is opened again agree; after that the newest counts, and what it changes is said either way.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from market.bundles import queries
from market.bundles.differences import Difference, differences
from market.bundles.errors import BundleNotFound
from market.bundles.models import Bundle, BundleVersion
from market.bundles.types import BundleState, BundleView

HELD_FOR = timedelta(days=15)  # from the publication of the version after it


@dataclass(frozen=True, slots=True)
class Held:
    """The version that counts: the one it was `made_with` while that is held, else the newest."""

    bundle: BundleView
    made_with: int
    newest: int
    until: datetime | None = None  # the old version's last instant; None with the newest
    changes: tuple[Difference, ...] = ()  # of the newest against the one it was made with

    @property
    def version(self) -> int:
        """The number of the version that counts."""
        return self.bundle.card.version

    @property
    def is_old(self) -> bool:
        """Whether an older version than the newest counts."""
        return self.version != self.newest


_made, _next = aliased(BundleVersion), aliased(BundleVersion)
_VERSIONS = (  # composing it costs more than running it
    select(Bundle, BundleVersion.content, _made.content, _next.published_at)
    .join(
        BundleVersion,
        (BundleVersion.bundle_id == Bundle.id) & (BundleVersion.version == Bundle.version),
    )
    .outerjoin(_made, (_made.bundle_id == Bundle.id) & (_made.version == bindparam("version")))
    .outerjoin(_next, (_next.bundle_id == Bundle.id) & (_next.version == bindparam("next")))
    .where(Bundle.slug == bindparam("slug"), Bundle.state == BundleState.LIVE.value)
)


def held_version(session: Session, slug: str, version: int | None, now: datetime) -> Held:
    """What counts at `now` for something made with a version (None: made now). One statement.

    Raises `BundleNotFound` for a bundle that is not offered.
    """
    values = {"slug": slug, "version": version or 0, "next": (version or 0) + 1}
    found = session.execute(_VERSIONS, values).one_or_none()
    if found is None:
        raise BundleNotFound
    row, newest, made, superseded = found
    if version is None or made is None or version == row.version:
        return Held(queries.published(row, newest, row.version), row.version, row.version)
    return _older(row, newest, made, version, superseded + HELD_FOR, now)


def _older(
    row: Bundle, newest: Any, made: Any, version: int, until: datetime, now: datetime
) -> Held:
    changes = tuple(differences(made, newest))
    if now < until:
        bundle = queries.published(row, made, version)
        return Held(bundle, version, row.version, until, changes)
    return Held(queries.published(row, newest, row.version), version, row.version, None, changes)
