"""Tables of the catalogue. Private to the package."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.catalogue.effects import NO_EFFECT
from market.db.base import Base, IdMixin
from market.db.types import Json, Quantity, UtcDateTime

# A gate that no certificate bounds stands open between these two instants.
ALWAYS_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
ALWAYS_UNTIL = datetime(9000, 1, 1, tzinfo=UTC)

_STATES = "state IN ('draft','live','paused','archived')"


class KindGroup(Base):
    """A family of kinds."""

    __tablename__ = "kind_groups"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(Integer)


class Kind(Base):
    """A kind of product; operators add and edit kinds."""

    __tablename__ = "kinds"
    __table_args__ = (
        CheckConstraint("scheme IN ('graded','activity1','none')", name="scheme"),
        CheckConstraint("scheme <> 'none' OR NOT certifiable", name="certifiable_needs_scheme"),
        CheckConstraint("house_part IS NULL OR house_part BETWEEN 1 AND 6", name="house_part"),
        CheckConstraint("spot_check_risk IN ('low','medium','high')", name="spot_check_risk"),
    )

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    group_code: Mapped[str] = mapped_column(ForeignKey("kind_groups.code"), index=True)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120))
    scheme: Mapped[str] = mapped_column(String(12))
    certifiable: Mapped[bool] = mapped_column(Boolean)
    standard: Mapped[str] = mapped_column(String(80), default="")
    default_unit: Mapped[str] = mapped_column(String(12))
    picture: Mapped[str] = mapped_column(String(40), default="")
    house_part: Mapped[int | None] = mapped_column(Integer, default=None)
    spot_check_risk: Mapped[str] = mapped_column(String(8), default="medium")
    # Goods of this kind are published and sent only by batch.
    traced: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    catalogue_batch: Mapped[str] = mapped_column(String(40), default="")
    attribute_keys: Mapped[list[str]] = mapped_column(Json, default=list)
    # What the library of standards says of `standard`: see `cited.py`.
    cited: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    position: Mapped[int] = mapped_column(Integer, default=1000)
    basis: Mapped[str] = mapped_column(Text, default="")
    # Counts every change of what households see of this kind; versions of caches. Counting up
    # the row also makes writers of one kind take turns until they commit.
    revision: Mapped[int] = mapped_column(BigInteger, default=0)


class Product(IdMixin, Base):
    """A thing its maker answers for; certified, or with a mandatory standard and a report."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint(_STATES, name="state"),
        CheckConstraint("life_years IS NULL OR life_years BETWEEN 1 AND 200", name="life_years"),
        CheckConstraint(
            "(carbon_kg_per_unit IS NULL) = (carbon_trust IS NULL)", name="carbon_has_trust"
        ),
        Index("ix_products_maker_id_state", "maker_id", "state"),
        Index("ix_products_kind_code_material_key", "kind_code", "material_key"),
        Index("ix_products_updated_at_id", "updated_at", "id"),
        Index("ix_products_standard", "standard"),
    )

    maker_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("kinds.code"))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    model: Mapped[str] = mapped_column(String(80), default="")
    use_zh: Mapped[str] = mapped_column(Text, default="")
    use_en: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default="draft")
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("certificates.id"), index=True)
    standard: Mapped[str] = mapped_column(String(120), default="")
    report_number: Mapped[str] = mapped_column(String(80), default="")
    report_issued_on: Mapped[date | None] = mapped_column(Date, default=None)
    report_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    life_years: Mapped[int | None] = mapped_column(Integer, default=None)
    carbon_kg_per_unit: Mapped[Decimal | None] = mapped_column(Numeric(14, 4), default=None)
    carbon_source: Mapped[str] = mapped_column(String(200), default="")
    carbon_trust: Mapped[str | None] = mapped_column(String(12), default=None)
    # The label of the verified declaration that stands, with its last day: see `carbon_label.py`.
    carbon_label: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    material_key: Mapped[str | None] = mapped_column(String(40), default=None)
    attributes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    evidence: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    # Since when a failed spot check keeps it off the market; None when none does.
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    # Copied from the bar of its maker's kind, if there is one.
    barred_since: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    barred_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    # Until when one of its batches may go out; None while there is none.
    batches_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    # The version of its manual in force; None while nothing is published.
    manual_version: Mapped[int | None] = mapped_column(Integer, default=None)
    # Declared contents with the rules on them (see `contents.py`), and from when on these keep
    # the product off the market.
    contents: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    unfit_from: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    # What the library of standards says of `standard` (see `cited.py`), and from which day on
    # some of it is superseded or withdrawn.
    cited: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    outdated_from: Mapped[date | None] = mapped_column(Date, default=None)
    revision: Mapped[int] = mapped_column(BigInteger, default=0)
    # Where and when local lists admit it without a certificate: see `local_areas.py`.
    local_areas: Mapped[str] = mapped_column(Text, default="")


class ProductChange(IdMixin, Base):
    """What a maker wants changed of a published product, or a product to be published for the
    first time, until a reviewer has decided. At most one is open per product."""

    __tablename__ = "product_changes"
    __table_args__ = (
        CheckConstraint("kind IN ('first','edit')", name="kind"),
        CheckConstraint(
            "state IN ('pending','requires_action','confirmed','declined','withdrawn')",
            name="state",
        ),
        Index(
            "uq_product_changes_open",
            "product_id",
            unique=True,
            sqlite_where=text("state IN ('pending','requires_action')"),
            postgresql_where=text("state IN ('pending','requires_action')"),
        ),
        Index("ix_product_changes_queue", "state", "submitted_at", "id"),
        Index("ix_product_changes_product_id", "product_id", "submitted_at"),
    )

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    maker_id: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str] = mapped_column(String(9))
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    # Counts every edit while it is open: a decision names the one that was read.
    version: Mapped[int] = mapped_column(Integer, default=1)
    # The product as it was, and as it should be, by `details_json`.
    base: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    proposed: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    decided_by: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    internal_note: Mapped[str] = mapped_column(Text, default="")


class LocalAdmission(IdMixin, Base):
    """A region admits a product without a certificate, by a technical sheet, until a day."""

    __tablename__ = "local_admissions"
    __table_args__ = (
        Index(
            "uq_local_admissions_standing",
            "product_id",
            "region_code",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_local_admissions_region_code", "region_code"),
    )

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    region_code: Mapped[str] = mapped_column(String(9))
    sheet_number: Mapped[str] = mapped_column(String(80))
    sheet_file_id: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    admitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    admitted_by: Mapped[str] = mapped_column(String(80))
    until_on: Mapped[date] = mapped_column(Date)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")


class KindBar(Base):
    """A maker that may not sell one kind until an instant, after repeated failed spot checks."""

    __tablename__ = "kind_bars"
    __table_args__ = (CheckConstraint("until > since", name="until_after_since"),)

    maker_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"), primary_key=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("kinds.code"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class Variant(IdMixin, Base):
    """A pack size of a product."""

    __tablename__ = "variants"
    __table_args__ = (
        CheckConstraint("pack_size > 0", name="pack_size"),
        CheckConstraint("weight_g > 0", name="weight_g"),
        Index("ix_variants_product_id", "product_id"),
    )

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    label_zh: Mapped[str] = mapped_column(String(80))
    label_en: Mapped[str] = mapped_column(String(120), default="")
    pack_size: Mapped[Decimal] = mapped_column(Quantity)
    unit: Mapped[str] = mapped_column(String(12))
    weight_g: Mapped[int] = mapped_column(BigInteger)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


_SHOWN = "state = 'live' AND product_live AND NOT seller_suspended AND NOT gate_blocked"


class Listing(IdMixin, Base):
    """A seller's offer of a variant.

    Columns copied from the product, kind, seller and certificate are rewritten by
    `gates.refresh` in the transaction that changes any of those, so that category pages read
    one table by one index. `shown` is computed by the database from them: what households
    see is `shown` within the gate's window.
    """

    __tablename__ = "listings"
    __table_args__ = (
        CheckConstraint(_STATES, name="state"),
        CheckConstraint("price_fen > 0", name="price_fen"),
        CheckConstraint("min_packs >= 1", name="min_packs"),
        CheckConstraint("lead_days BETWEEN 0 AND 365", name="lead_days"),
        CheckConstraint("unit_price_milli_fen > 0", name="unit_price_milli_fen"),
        CheckConstraint("sold >= 0", name="sold"),
        UniqueConstraint("seller_id", "variant_id"),
        Index("ix_listings_variant_id", "variant_id"),
        Index("ix_listings_product_id", "product_id"),
        Index("ix_listings_kind_price", "kind_code", "shown", "unit_price_milli_fen", "id"),
        Index("ix_listings_group_price", "group_code", "shown", "unit_price_milli_fen", "id"),
        Index("ix_listings_zone_price", "certified", "shown", "unit_price_milli_fen", "id"),
        Index(
            "ix_listings_material_price",
            "material_key",
            "kind_code",
            "shown",
            "unit_price_milli_fen",
            "id",
        ),
        Index("ix_listings_kind_seller", "kind_code", "seller_id"),
        Index("ix_listings_seller_state", "seller_id", "state"),
        Index("ix_listings_zone_newest", "certified", "shown", "published_at", "id"),
        Index("ix_listings_group_newest", "group_code", "shown", "published_at", "id"),
        Index("ix_listings_zone_sold", "certified", "shown", "sold", "id"),
        Index(
            "ix_listings_zone_effect", "certified", "shown", "effect_rank", "effect_milli", "id"
        ),
        Index(
            "ix_listings_zone_made", "certified", "shown", "maker_region", "effect_rank",
            "effect_milli", "id",
        ),
    )  # fmt: skip

    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id"))
    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    price_fen: Mapped[int] = mapped_column(BigInteger)
    min_packs: Mapped[int] = mapped_column(Integer, default=1)
    lead_days: Mapped[int] = mapped_column(Integer, default=3)
    made_to_order: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    # Exact thousandths of a fen per declared unit, rounded half up: sorts and compares.
    unit_price_milli_fen: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str] = mapped_column(String(12))
    unit_weight_g: Mapped[int] = mapped_column(BigInteger)
    # Made to order, or some warehouse has a free pack; rewritten by stock when it flips.
    in_stock: Mapped[bool] = mapped_column(Boolean, default=False)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    kind_code: Mapped[str] = mapped_column(String(12))
    group_code: Mapped[str] = mapped_column(String(8))
    certified: Mapped[bool] = mapped_column(Boolean, default=False)
    # 1-3 stars, 0 certified without stars, -1 not certifiable.
    star: Mapped[int] = mapped_column(Integer, default=-1)
    product_live: Mapped[bool] = mapped_column(Boolean, default=False)
    seller_suspended: Mapped[bool] = mapped_column(Boolean, default=False)
    gate_blocked: Mapped[bool] = mapped_column(Boolean, default=True)
    gate_opens_at: Mapped[datetime] = mapped_column(UtcDateTime, default=ALWAYS_SINCE)
    gate_closes_at: Mapped[datetime] = mapped_column(UtcDateTime, default=ALWAYS_UNTIL)
    # The lowest price of the 30 days before the last reduction, shown struck out until then.
    was_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    was_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    # Copied from the product: empty unless it is sold by local lists only.
    local_areas: Mapped[str] = mapped_column(Text, default="")
    # Copied from the product: the generic material that solution bundles count in.
    material_key: Mapped[str | None] = mapped_column(String(40), default=None)
    # The metric and the price of the same effect, to be sorted by: see `effects.place_of`.
    effect_rank: Mapped[int] = mapped_column(Integer, default=NO_EFFECT, server_default="5")
    effect_milli: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    # Where the product is made: the county of its maker's place, six digits.
    maker_region: Mapped[str] = mapped_column(String(9), default="", server_default="")
    # Packs paid for in the last 90 days and not given back: see `sales.py`.
    sold: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    shown: Mapped[bool] = mapped_column(Boolean, Computed(_SHOWN, persisted=True))


class ListingPrice(IdMixin, Base):
    """A price of a listing and since when it was asked; never changed, never removed."""

    __tablename__ = "listing_prices"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price_fen"),
        Index("ix_listing_prices_of_listing", "listing_id", "from_at"),
    )

    listing_id: Mapped[str] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"))
    price_fen: Mapped[int] = mapped_column(BigInteger)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ListingTally(Base):
    """How many shown listings one seller has in one kind, star and gate window.

    Rewritten per (kind, seller) by `tallies.recount`; facets sum these few rows instead of
    grouping the listings, and the window keeps the counts exact as certificates run out.
    """

    __tablename__ = "listing_tallies"
    __table_args__ = (
        CheckConstraint("listings > 0", name="listings"),
        Index("ix_listing_tallies_group_code", "group_code"),
        Index("ix_listing_tallies_certified", "certified"),
    )

    kind_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    seller_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    star: Mapped[int] = mapped_column(Integer, primary_key=True)
    certified: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    gate_opens_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    gate_closes_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    group_code: Mapped[str] = mapped_column(String(8))
    listings: Mapped[int] = mapped_column(Integer)


class StockLevel(Base):
    """Packs of a listing in a warehouse: on hand, and of these set aside for orders and carts."""

    __tablename__ = "stock_levels"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("in_carts >= 0", name="in_carts"),
        CheckConstraint("reserved + in_carts <= on_hand", name="set_aside_within_on_hand"),
    )

    listing_id: Mapped[str] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    warehouse_id: Mapped[str] = mapped_column(ForeignKey("warehouses.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(Integer, default=0)
    reserved: Mapped[int] = mapped_column(Integer, default=0)
    # The sum of its rows in `cart_holds`, those included whose time is over: see `cart_holds.py`.
    in_carts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class CartHold(IdMixin, Base):
    """Packs kept for a line of a cart until an instant. The row goes with the hold, however that
    ends; `holder` is whose cart it is: the id of an account, or of a guest's cart."""

    __tablename__ = "cart_holds"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        ForeignKeyConstraint(
            ["listing_id", "warehouse_id"],
            ["stock_levels.listing_id", "stock_levels.warehouse_id"],
        ),
        Index("ix_cart_holds_holder_line_id", "holder", "line_id"),
        Index("ix_cart_holds_level", "listing_id", "warehouse_id", "expires_at"),
        Index("ix_cart_holds_expires_at", "expires_at"),
    )

    holder: Mapped[str] = mapped_column(String(20))
    line_id: Mapped[str] = mapped_column(String(20))
    listing_id: Mapped[str] = mapped_column(String(20))
    warehouse_id: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CartTurn(Base):
    """For how long in all a cart may keep packs of one listing, and when it may again. The row
    stays when the packs go, until its rest is over."""

    __tablename__ = "cart_turns"
    __table_args__ = (
        CheckConstraint("ends_at <= again_at", name="instants_in_order"),
        Index("ix_cart_turns_again_at", "again_at"),
    )

    holder: Mapped[str] = mapped_column(String(20), primary_key=True)
    listing_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    again_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StockHold(IdMixin, Base):
    """Packs set aside under a key until an instant; ends once, in one of three ways."""

    __tablename__ = "stock_holds"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("state IN ('held','released','committed','expired')", name="state"),
        Index("ix_stock_holds_hold_key", "hold_key"),
        Index("ix_stock_holds_state_expires_at", "state", "expires_at"),
    )

    hold_key: Mapped[str] = mapped_column(String(80))
    listing_id: Mapped[str] = mapped_column(ForeignKey("listings.id"), index=True)
    warehouse_id: Mapped[str | None] = mapped_column(ForeignKey("warehouses.id"), default=None)
    quantity: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12), default="held")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class StockMovement(IdMixin, Base):
    """Append-only journal: the deltas of a level sum to its packs on hand."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('initial','in','counted','sold','returned','damaged')", name="kind"
        ),
        Index("ix_stock_movements_level", "listing_id", "warehouse_id", "at"),
    )

    listing_id: Mapped[str] = mapped_column(ForeignKey("listings.id"))
    warehouse_id: Mapped[str] = mapped_column(ForeignKey("warehouses.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(12))
    delta: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(200), default="")
    reference: Mapped[str] = mapped_column(String(80), default="")
