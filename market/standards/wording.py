"""The library in words. Pure."""

from market.kernel.i18n import N_
from market.standards.types import EditionView, State

STATES = {
    State.COMING: N_("还没实施"),
    State.IN_FORCE: N_("现行"),
    State.SUPERSEDED: N_("被代替"),
    State.WITHDRAWN: N_("废止"),
}
TONES = {
    State.COMING: "info",
    State.IN_FORCE: "ok",
    State.SUPERSEDED: "warn",
    State.WITHDRAWN: "bad",
}


def link_of(edition: EditionView) -> str:
    """The address where the text can be read, empty when the source is no address."""
    return edition.source if edition.source.startswith(("https://", "http://")) else ""
