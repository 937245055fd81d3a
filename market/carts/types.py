"""What the cart shows to other packages."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class CartView:
    """A whole cart."""

    id: str | None = None
    lines: tuple[CartLine, ...] = ()
    coupon_codes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.lines
