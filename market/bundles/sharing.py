"""Naming, sharing and copying configurations.

A share holds the choices and the version of the bundle under a short code: neither who made
them nor where the house stands. The same choices have the same code.
"""

import json
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.bundles import codec, queries
from market.bundles.errors import ShareNotFound, TooManyConfigurations
from market.bundles.models import Bundle, BundleConfiguration, BundleShare
from market.bundles.types import Configuration, Owner, Shared
from market.kernel.ids import new_code

CODE_LENGTH = 8
MOST_KEPT = 30
MOST_COMPARED = 3


def share(session: Session, owner: Owner, configuration_id: str, now: datetime) -> str:
    """The short code of a configuration. Raises `ConfigurationNotFound`."""
    stored = queries.get_configuration(session, owner, configuration_id)
    choices = codec.encode_choices(stored.choices)
    known = json.dumps([stored.bundle_id, stored.bundle_version, choices], sort_keys=True)
    digest = sha256(known.encode()).hexdigest()
    code = session.scalar(select(BundleShare.code).where(BundleShare.digest == digest))
    if code is None:
        code = new_code(CODE_LENGTH)
        session.add(
            BundleShare(
                code=code,
                bundle_id=stored.bundle_id,
                bundle_version=stored.bundle_version,
                choices=choices,
                digest=digest,
                created_at=now,
            )
        )
        session.flush()
    return code


def get_share(session: Session, code: str) -> Shared:
    """What a code stands for, however it is typed. Raises `ShareNotFound`."""
    plain = "".join(c for c in code.upper() if c.isalnum())[: CODE_LENGTH + 4]
    found = session.execute(
        select(BundleShare, Bundle.slug)
        .join(Bundle, Bundle.id == BundleShare.bundle_id)
        .where(BundleShare.code == plain)
    ).one_or_none()
    if found is None:
        raise ShareNotFound
    row, slug = found
    return Shared(row.code, slug, row.bundle_version, codec.decode_choices(row.choices))


def keep_as_variant(
    session: Session, owner: Owner, configuration_id: str, name: str, now: datetime
) -> str:
    """A copy under a name of its own, so that the first stays as it is; returns its id.

    Raises `ConfigurationNotFound`, `TooManyConfigurations`.
    """
    stored = queries.get_configuration(session, owner, configuration_id)
    kept = list_mine(session, owner)
    if len(kept) >= MOST_KEPT:
        raise TooManyConfigurations(most=MOST_KEPT)
    row = BundleConfiguration(
        bundle_id=stored.bundle_id,
        bundle_version=stored.bundle_version,
        account_id=owner.account_id,
        token_hash=queries.token_hash(owner.token) if owner.token else None,
        choices=codec.encode_choices(stored.choices),
        name=name,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def forget(session: Session, owner: Owner, configuration_id: str) -> None:
    """Throw a configuration away. Raises `ConfigurationNotFound`."""
    queries.get_configuration(session, owner, configuration_id)
    session.delete(session.get_one(BundleConfiguration, configuration_id))
    session.flush()


def list_mine(session: Session, owner: Owner) -> list[Configuration]:
    """The owner's configurations, newest first."""
    rows = session.execute(
        select(BundleConfiguration, Bundle.slug)
        .join(Bundle, Bundle.id == BundleConfiguration.bundle_id)
        .where(queries.owned_by(owner))
        .order_by(BundleConfiguration.updated_at.desc(), BundleConfiguration.id.desc())
        .limit(MOST_KEPT)
    )
    return [queries.configuration_of(row, slug) for row, slug in rows]
