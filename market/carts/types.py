"""What the cart shows to other packages."""

from dataclasses import dataclass
from datetime import datetime

from market.catalogue.types import CartTurn

MAX_LINES = 60
MAX_QUANTITY = 9_999
MAX_CODES = 5


@dataclass(frozen=True)
class CartOwner:
    """Whose cart: a signed-in account, or the bearer of an opaque token."""

    account_id: str | None = None
    token: str | None = None


@dataclass(frozen=True)
class LineToAdd:
    """A listing to put into the cart; `seen_price_fen` is what its buyer was shown per pack."""

    listing_id: str
    quantity: int
    seen_price_fen: int


@dataclass(frozen=True)
class Added:
    """What a cart took in: under whom packs are kept for it, its lines with what they ask for
    and have, and how many of all its lines have some."""

    holder: str
    lines: tuple["CartLine", ...]
    kept_lines: int
    kept_until: datetime | None  # the first of them


@dataclass(frozen=True)
class CartLine:
    """One listing in the cart, `quantity` in packs."""

    id: str
    listing_id: str
    quantity: int
    group_id: str | None = None
    group_label: str | None = None
    group_label_en: str = ""
    group_origin: str = ""
    group_link: str | None = None
    contract_id: str = ""
    seen_price_fen: int = 0
    kept: int = 0  # packs that are kept for it, until the instant beside
    kept_until: datetime | None = None
    turn: CartTurn | None = None  # until when packs of its listing may be kept in all

    def kept_at(self, now: datetime) -> int:
        """Packs that are kept for it at an instant."""
        return self.kept if self.kept_until is not None and now < self.kept_until else 0

    @property
    def bundle_id(self) -> str:
        """The bundle its group was made from, without the version; "" for anything else."""
        return self.group_origin.partition("@")[0]


@dataclass(frozen=True)
class CartView:
    """A whole cart."""

    id: str | None = None
    lines: tuple[CartLine, ...] = ()
    coupon_codes: tuple[str, ...] = ()
    holder: str = ""  # under which packs are kept for it; empty while it is nobody's

    @property
    def is_empty(self) -> bool:
        return not self.lines
