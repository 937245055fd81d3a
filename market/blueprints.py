"""The URL table: every blueprint of the site and where it is mounted."""

from flask import Blueprint, Flask

from market.accounts import staff_views as accounts
from market.adoptions import staff_views as adoptions
from market.api import partner_views as interchange
from market.api import token_views as api_tokens
from market.api import views as api
from market.bundles import views as bundles
from market.catalogue import views as catalogue
from market.certification import staff_views as certification
from market.checkout import mismatch_views as checkout
from market.checkout import webhooks
from market.commissions import staff_views as commissions
from market.contracts import views as contracts
from market.demonstrations import staff_views as demonstrations
from market.exchange import seller_views as exchange
from market.factories import staff_views as factories
from market.footprints import staff_views as footprints
from market.handovers import views as handovers
from market.households import staff_views as households
from market.inspections import staff_views as inspections
from market.jobs import staff_views as jobs
from market.manuals import seller_views as manuals
from market.matching import staff_views as matching
from market.media import views as media
from market.notifications import views as notifications
from market.orders import staff_views as orders
from market.picks import staff_views as picks
from market.pickups import staff_views as pickups
from market.promotions import views as promotions
from market.providers import staff_views as providers
from market.quotations import views as quotations
from market.regions import staff_views as regions
from market.renovations import views as renovations
from market.reports import views as reports
from market.sellers import staff_views as sellers
from market.standards import staff_views as standards
from market.storefront import guide_views as storefront
from market.storefront import search_views as search
from market.subsidies import staff_views as subsidies
from market.substances import staff_views as substances
from market.suppliers import staff_views as suppliers
from market.traceability import hold_views as traceability
from market.uses import views as uses
from market.web import health

BLUEPRINTS: tuple[tuple[Blueprint, str], ...] = (
    (health.blueprint, ""),
    (storefront.blueprint, ""),
    (search.blueprint, ""),
    (media.blueprint, ""),
    (regions.blueprint, ""),
    (accounts.blueprint, ""),
    (households.blueprint, ""),
    (sellers.blueprint, ""),
    (certification.blueprint, ""),
    (catalogue.blueprint, ""),
    (manuals.blueprint, ""),
    (standards.blueprint, ""),
    (substances.blueprint, ""),
    (uses.blueprint, ""),
    (footprints.blueprint, ""),
    (factories.blueprint, ""),
    (suppliers.blueprint, ""),
    (exchange.blueprint, ""),
    (inspections.blueprint, ""),
    (traceability.blueprint, ""),
    (quotations.blueprint, ""),
    (contracts.blueprint, ""),
    (bundles.blueprint, ""),
    (demonstrations.blueprint, ""),
    (pickups.blueprint, ""),
    (handovers.blueprint, ""),
    (picks.blueprint, ""),
    (adoptions.blueprint, ""),
    (interchange.blueprint, ""),
    (promotions.blueprint, ""),
    (commissions.blueprint, ""),
    (subsidies.blueprint, ""),
    (checkout.blueprint, ""),
    (webhooks.blueprint, ""),
    (jobs.blueprint, ""),
    (notifications.blueprint, ""),
    (orders.blueprint, ""),
    (providers.blueprint, ""),
    (renovations.blueprint, ""),
    (matching.blueprint, ""),
    (api.blueprint, ""),
    (api_tokens.blueprint, ""),
    (reports.blueprint, ""),
)


def register(app: Flask) -> None:
    """Mount them all."""
    for blueprint, prefix in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=prefix or None)
