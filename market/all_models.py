"""Every ORM model, imported in one place so that the metadata is complete."""

from market.accounts import models as accounts
from market.adoptions import models as adoptions
from market.api import models as api
from market.audit import models as audit
from market.batches import models as batches
from market.bundles import models as bundles
from market.carts import models as carts
from market.catalogue import models as catalogue
from market.certification import models as certification
from market.commissions import models as commissions
from market.contracts import models as contracts
from market.db.base import Base
from market.demonstrations import models as demonstrations
from market.exchange import models as exchange
from market.factories import models as factories
from market.footprints import models as footprints
from market.handovers import models as handovers
from market.households import models as households
from market.inspections import models as inspections
from market.interchange import models as interchange
from market.jobs import models as jobs
from market.manuals import models as manuals
from market.media import models as media
from market.notifications import models as notifications
from market.orders import models as orders
from market.payments import models as payments
from market.picks import models as picks
from market.pickups import models as pickups
from market.promotions import models as promotions
from market.providers import models as providers
from market.quotations import models as quotations
from market.regions import models as regions
from market.renovations import models as renovations
from market.search import models as search
from market.sellers import models as sellers
from market.standards import models as standards
from market.subsidies import models as subsidies
from market.substances import models as substances
from market.suppliers import models as suppliers
from market.traceability import models as traceability
from market.uses import models as uses

MODULES = (
    accounts,
    adoptions,
    api,
    audit,
    batches,
    bundles,
    carts,
    catalogue,
    certification,
    commissions,
    contracts,
    demonstrations,
    factories,
    suppliers,
    footprints,
    households,
    exchange,
    handovers,
    inspections,
    interchange,
    jobs,
    manuals,
    media,
    notifications,
    orders,
    payments,
    pickups,
    picks,
    promotions,
    providers,
    renovations,
    regions,
    search,
    sellers,
    standards,
    substances,
    quotations,
    subsidies,
    traceability,
    uses,
)
metadata = Base.metadata
