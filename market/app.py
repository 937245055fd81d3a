"""The composition root: everything is wired here and nowhere else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from market import all_models, blueprints, cli, subscriptions
from market.adapters import registry_http, sms, stripe_gateway
from market.adapters.postgres_index import PostgresIndex
from market.adapters.whoosh_index import WhooshIndex
from market.bundles import ports as bundle_ports
from market.checkout.bundle_price import price_selection
from market.config import Settings
from market.db import session as db
from market.handovers import service as handovers
from market.handovers.rules import Patience
from market.kernel import events
from market.kernel.actor import ANONYMOUS
from market.kernel.clock import Clock, SystemClock
from market.media import service as media
from market.search.types import TextIndex
from market.web import (
    access,
    assets,
    components,
    compression,
    counting,
    errors,
    health,
    i18n,
    navigation,
    security,
    templating,
)

ROOT = Path(__file__).parent.parent


class _Site(Flask):
    jinja_environment = templating.Templates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook is a coroutine, which would be asked fifteen times for a page."""
        return func


def create_app(
    settings: Settings, *, clock: Clock | None = None, database: db.Database | None = None
) -> Flask:
    """The whole site as one WSGI application."""
    assert all_models.metadata.tables  # the mapping is complete before anything runs
    health.configure_logs(testing=settings.testing)
    app = _Site("market", template_folder=str(ROOT / "templates"), static_folder=None)
    app.testing = settings.testing
    app.extensions["market.settings"] = settings
    app.extensions["market.clock"] = clock or SystemClock()
    app.extensions["market.actor_loader"] = lambda: ANONYMOUS
    app.extensions["market.payment_provider"] = stripe_gateway.make_gateway(settings)
    app.extensions["market.certificate_registry"] = registry_http.make_registry(settings)
    app.extensions[bundle_ports.PRICE] = price_selection
    app.extensions["market.sms"] = sms.choose(settings, app.extensions["market.clock"])
    handovers.use_patience(Patience(settings.pickup_remind_days, settings.pickup_keep_days))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db.use(database or _database(settings))
    media.use_directory(settings.data_dir / "files")
    app.extensions["market.text_index"] = _text_index(settings)
    events.install(subscriptions.TABLE)
    if settings.count_statements:
        counting.init_app(app, db.database())
    compression.init_app(app)
    health.init_app(app)
    security.init_app(app, settings)
    i18n.init_app(app)
    templating.init_app(app)
    components.init_app(app)
    navigation.init_app(app)
    errors.init_app(app)
    blueprints.register(app)
    cli.register(app)
    assets.init_app(app, ROOT / "static", settings.data_dir)
    access.assert_every_view_has_a_policy(app)
    return app


def _database(settings: Settings) -> db.Database:
    return db.Database(
        settings.resolved_database_url,
        pooler=settings.database_pooler,
        mark=settings.data_dir / "market.mark",
    )


def _text_index(settings: Settings) -> TextIndex:
    engine = settings.resolved_search_engine
    if engine == "postgresql":
        return PostgresIndex(db.database().engine, db.database().readers)
    if engine == "tantivy":
        from market.adapters.tantivy_index import TantivyIndex  # noqa: PLC0415 (optional)

        return TantivyIndex(settings.data_dir / "index")
    return WhooshIndex(settings.data_dir / "index")
