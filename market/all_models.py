"""Every ORM model, imported in one place so that the metadata is complete."""

from market.accounts import models as accounts
from market.api import models as api
from market.audit import models as audit
from market.batches import models as batches
from market.bundles import models as bundles
from market.carts import models as carts
from market.catalogue import models as catalogue
from market.certification import models as certification
from market.db.base import Base
from market.inspections import models as inspections
from market.jobs import models as jobs
from market.media import models as media
from market.notifications import models as notifications
from market.orders import models as orders
from market.payments import models as payments
from market.promotions import models as promotions
from market.providers import models as providers
from market.regions import models as regions
from market.renovations import models as renovations
from market.search import models as search
from market.sellers import models as sellers
from market.subsidies import models as subsidies
from market.traceability import models as traceability

MODULES = (
    accounts,
    api,
    audit,
    batches,
    bundles,
    carts,
    catalogue,
    certification,
    inspections,
    jobs,
    media,
    notifications,
    orders,
    payments,
    promotions,
    providers,
    renovations,
    regions,
    search,
    sellers,
    subsidies,
    traceability,
)
metadata = Base.metadata
