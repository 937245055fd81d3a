"""Who is acting, and with what authority."""

from dataclasses import dataclass, field

from market.kernel.errors import Forbidden
from market.kernel.region_code import RegionCode


@dataclass(frozen=True)
class Actor:
    """A person (or the system) as authority sees them."""

    account_id: str | None = None
    roles: frozenset[str] = frozenset()
    seller_ids: frozenset[str] = frozenset()
    provider_ids: frozenset[str] = frozenset()
    official_regions: tuple[RegionCode, ...] = ()
    display_name: str = field(default="", compare=False)

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def is_operator(self) -> bool:
        return "operator" in self.roles

    @property
    def is_official(self) -> bool:
        return bool(self.official_regions)

    def governs(self, region: RegionCode) -> bool:
        """Whether an official of this actor's regions (or the operator) is responsible there."""
        return self.is_operator or any(own.contains(region) for own in self.official_regions)

    def is_member_of_seller(self, seller_id: str) -> bool:
        return seller_id in self.seller_ids

    def is_member_of_provider(self, provider_id: str) -> bool:
        return provider_id in self.provider_ids


def need_operator(actor: Actor) -> None:
    """Raises Forbidden for everybody else."""
    if not actor.is_operator:
        raise Forbidden


ANONYMOUS = Actor()
SYSTEM = Actor(account_id="system", roles=frozenset({"operator"}), display_name="system")
