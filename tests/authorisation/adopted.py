"""A tenant's product in the adoption database, with a use and what a partner says otherwise."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.adoptions import service as adoptions
from market.adoptions.models import AdoptionDifference
from market.adoptions.types import UsageDraft
from market.interchange import queries as partners
from market.interchange import service as interchange
from market.interchange.types import PartnerDraft, Subject
from market.kernel.actor import SYSTEM, Actor
from market.kernel.region_code import RegionCode
from market.media import service as media
from tests.authorisation.evidence import official_of
from tests.factories.adoptions import make_proposal
from tests.factories.catalogue import Offer
from tests.factories.pictures import jpeg


def adopt(session: Session, offer: Offer, ids: dict[str, str], now: datetime) -> None:
    """Listed by city and province; a record of use waits, and a difference is open."""
    county = RegionCode(offer.maker.region_code)
    paper = media.store_document(jpeg(), "采信.jpg")
    entry = adoptions.propose(
        session, offer.actor, offer.product_id, make_proposal(region=county), paper, now=now
    )
    for level, act in ((4, adoptions.pass_first), (2, adoptions.pass_second)):
        region = RegionCode(county.digits[:level])
        act(session, Actor(f"level{level}", official_regions=(region,)), entry, now=now)
    seen = media.store_document(jpeg(), "工程.jpg")
    draft = UsageDraft("某小学", county, 2026, Decimal(10), "m2")
    usage = adoptions.record_usage(session, official_of(county.digits), entry, draft, seen, now=now)
    difference = AdoptionDifference(
        entry_id=entry, field="document_no", theirs="文 2", partner_id="p", partner_name="省库",
        batch="p-1", made_at=now,
    )  # fmt: skip
    session.add(difference)
    session.flush()
    ids |= {"adoption_id": entry, "usage_id": usage, "difference_id": difference.id}


def tell(session: Session, account: str, county: str, ids: dict[str, str], now: datetime) -> None:
    """The household's account is a data partner's too, with a word of its own and a batch."""
    phone = accounts.get_account(session, account).phone
    draft = PartnerDraft(f"p{county}", "省采信库", phone, RegionCode(county[:2]))
    partner = interchange.register(session, SYSTEM, draft, now=now)
    interchange.put(session, SYSTEM, partner, Subject.STATE, "在库", "listed", now=now)
    interchange.make_next(session, Actor(account), now=now)
    (word,) = partners.mappings_of(session, partner)
    ids |= {"partner_id": partner, "mapping_id": word.id}
