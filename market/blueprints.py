"""The URL table: every blueprint of the site and where it is mounted."""

from flask import Blueprint, Flask

from market.media import views as media
from market.web import health

BLUEPRINTS: tuple[tuple[Blueprint, str], ...] = (
    (health.blueprint, ""),
    (media.blueprint, ""),
)


def register(app: Flask) -> None:
    """Mount them all."""
    for blueprint, prefix in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=prefix or None)
