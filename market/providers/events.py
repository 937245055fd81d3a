"""Facts of the provider domain."""

from dataclasses import dataclass

from market.kernel.events import Event


@dataclass(frozen=True)
class ProviderSubmitted(Event):
    """A crew asks to be approved; officials of `region` should look."""

    provider_id: str
    name: str
    region: str


@dataclass(frozen=True)
class ProviderDecided(Event):
    """An official approved, asked, refused, suspended or reinstated a crew."""

    provider_id: str
    name: str
    verdict: str
    reason: str
