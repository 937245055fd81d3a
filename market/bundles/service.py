"""The verbs of bundles: configure and select (households), edit and publish (operators)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.bundles import codec, queries
from market.bundles.authoring import (
    add_slot,
    create_bundle,
    load_bundles,
    publish,
    remove_slot,
    retire,
    try_slot,
    update_bundle,
    update_slot,
)
from market.bundles.calculate import calculate
from market.bundles.choosing import Reoptimised, reoptimise
from market.bundles.errors import (
    ChoicesClash,
    ConfigurationNotFound,
    HouseImpossible,
    NothingChosen,
)
from market.bundles.expressions import FormulaError
from market.bundles.held import HELD_FOR, Held, held_version
from market.bundles.lost import tell_of_lost
from market.bundles.models import Bundle, BundleConfiguration
from market.bundles.reviewing import approve, ask, on_supplier_lost, refuse, submit, take_back
from market.bundles.sharing import forget, get_share, keep_as_variant, list_mine, share
from market.bundles.types import BundleSelection, BundleView, Calculation, Choices, Owner
from market.kernel.i18n import Named
from market.kernel.region_code import RegionCode

__all__ = [
    "HELD_FOR",
    "Held",
    "Reoptimised",
    "add_slot",
    "approve",
    "ask",
    "create_bundle",
    "forget",
    "get_share",
    "held_version",
    "keep_as_variant",
    "list_mine",
    "load_bundles",
    "on_supplier_lost",
    "price",
    "price_of",
    "publish",
    "refuse",
    "remove_slot",
    "reoptimise",
    "retire",
    "save_configuration",
    "select_for_cart",
    "share",
    "submit",
    "take_back",
    "tell_of_lost",
    "try_slot",
    "update_bundle",
    "update_slot",
    "use_newest",
]


def save_configuration(
    session: Session,
    owner: Owner,
    slug: str,
    choices: Choices,
    *,
    configuration_id: str | None,
    now: datetime,
    version: int | None = None,
) -> str:
    """Store what a household chose; returns the configuration's id.

    With an id that configuration is changed, so that the link in a cart stays good; without
    one a new one is made, unless the same choices are stored already. It stays with the version
    it was made with (`version` for a new one, None: the newest) while that is held.
    Raises `BundleNotFound`, `ConfigurationNotFound`, `HouseImpossible`.
    """
    row: BundleConfiguration | None = None
    if configuration_id:
        row = session.scalar(
            select(BundleConfiguration)
            .join(Bundle, Bundle.id == BundleConfiguration.bundle_id)
            .where(
                BundleConfiguration.id == configuration_id, Bundle.slug == slug,
                queries.owned_by(owner),
            )
        )  # fmt: skip
        version = row.bundle_version if row is not None else None
    bundle = held_version(session, slug, version, now).bundle
    if configuration_id and row is None:
        raise ConfigurationNotFound
    row = row or _same_choices(session, owner, bundle, choices)
    if row is None:
        row = BundleConfiguration(bundle_id=bundle.card.id, created_at=now)
        row.account_id = owner.account_id
        row.token_hash = queries.token_hash(owner.token) if owner.token else None
        session.add(row)
    row.bundle_version = bundle.card.version
    row.choices = codec.encode_choices(choices)
    row.updated_at = now
    session.flush()
    return row.id


def use_newest(session: Session, owner: Owner, configuration_id: str, now: datetime) -> int:
    """Go on with the newest version of the bundle; returns its number.

    Raises `ConfigurationNotFound`, `BundleNotFound`.
    """
    stored = queries.get_configuration(session, owner, configuration_id)
    row = session.get_one(BundleConfiguration, configuration_id)
    row.bundle_version = held_version(session, stored.slug, None, now).version
    row.updated_at = now
    session.flush()
    return row.bundle_version


def _same_choices(
    session: Session, owner: Owner, bundle: BundleView, choices: Choices
) -> BundleConfiguration | None:
    """The owner's latest configuration of a bundle's version, when it says just this."""
    row = session.scalar(
        select(BundleConfiguration)
        .where(
            BundleConfiguration.bundle_id == bundle.card.id,
            BundleConfiguration.bundle_version == bundle.card.version,
            queries.owned_by(owner),
        )
        .order_by(BundleConfiguration.updated_at.desc(), BundleConfiguration.id.desc())
        .limit(1)
    )
    return row if row is not None and row.choices == codec.encode_choices(choices) else None


def select_for_cart(
    session: Session,
    owner: Owner,
    configuration_id: str,
    region: RegionCode | None,
    now: datetime,
) -> BundleSelection:
    """What a configuration puts into the cart, priced for `region` now with its version.

    Raises `ConfigurationNotFound`, `BundleNotFound` (retired), `NothingChosen`, `ChoicesClash`.
    """
    stored = queries.get_configuration(session, owner, configuration_id)
    held = held_version(session, stored.slug, stored.bundle_version, now)
    bundle = held.bundle
    found = price_of(session, bundle, stored.choices, region, now)
    lines = found.lines
    if not lines:
        raise NothingChosen
    broken = next((clash for clash in found.clashes if clash.is_hard), None)
    if broken is not None:
        one, other = (Named(x.name_zh, x.name_en) for x in (broken.slot, broken.other))
        raise ChoicesClash(one=one, other=other)
    card = bundle.card
    return BundleSelection(
        bundle_id=card.id,
        version=card.version,
        label=card.name_zh,
        label_en=card.name_en,
        lines=lines,
        configuration_id=stored.id,
        slug=card.slug,
        held_until=held.until,
    )


def price(
    session: Session,
    slug: str,
    choices: Choices,
    region: RegionCode | None,
    now: datetime,
    version: int | None = None,
) -> Calculation:
    """The calculation for a published bundle: for something made with a version with that while
    it is held, else with the newest. Raises `BundleNotFound`, `HouseImpossible`."""
    bundle = held_version(session, slug, version, now).bundle
    return price_of(session, bundle, choices, region, now)


def price_of(
    session: Session,
    bundle: BundleView,
    choices: Choices,
    region: RegionCode | None,
    now: datetime,
) -> Calculation:
    """The calculation for a version of a bundle. Raises `HouseImpossible`."""
    try:
        return calculate(session, bundle, choices, region, now)
    except FormulaError as fault:
        raise HouseImpossible from fault
