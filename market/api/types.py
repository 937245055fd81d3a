"""What a token may do, and tokens as their owner sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from market.kernel.actor import ANONYMOUS, Actor
from market.kernel.i18n import N_


class Scope(StrEnum):
    """One thing a token may be good for."""

    READ = "read"
    CART = "cart"
    ORDERS = "orders"
    REQUESTS = "requests"
    ADOPTIONS = "adoptions"


SCOPE_LABELS: dict[Scope, tuple[str, str]] = {
    Scope.READ: (N_("读公开数据"), N_("地区、品类、商品、方案、优惠、施工队；每分钟可以多查一些")),
    Scope.CART: (N_("用购物车"), N_("看和改你的购物车")),
    Scope.ORDERS: (N_("下单"), N_("看你的地址和订单，加地址，提交订单；付款还要你自己来")),
    Scope.REQUESTS: (N_("找施工队"), N_("写、发布和看你的装修需求")),
    Scope.ADOPTIONS: (
        N_("采信数据互通"),
        N_("推送采信记录、取签名批次；只有登记过的数据合作方能用"),
    ),
}
LIFETIMES = (30, 90, 365)
MOST_TOKENS = 20
TOKEN_PREFIX = "market_"  # noqa: S105 (marks a token, is none)


@dataclass(frozen=True)
class TokenView:
    """A token as its owner sees it; the token itself is known to nobody but its holder."""

    id: str
    name: str
    hint: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True)
class Caller:
    """Who calls: nobody in particular, or an account with what its token allows."""

    actor: Actor = ANONYMOUS
    scopes: frozenset[Scope] = frozenset()

    @property
    def account_id(self) -> str:
        """The token's account; empty without a token."""
        return self.actor.account_id or ""


@dataclass(frozen=True)
class Call:
    """One admitted call with its checked input."""

    caller: Caller
    args: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""

    @property
    def account_id(self) -> str:
        return self.caller.account_id


@dataclass(frozen=True)
class Limits:
    """How many calls a window takes: per token, and per network address (a village may
    share one) with and without a token."""

    per_token: int = 600
    per_address: int = 1_200
    without_token: int = 180
    window: timedelta = timedelta(minutes=1)
