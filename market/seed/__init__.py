"""The demonstration world: invented firms, prices and households, made through the same
services that the screens use. Nothing in it is real; names say 示例."""

from market.seed.logins import login_lines
from market.seed.world import ensure

__all__ = ["ensure", "login_lines"]
