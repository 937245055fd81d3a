"""Drawing samples by risk."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.inspections import access, queries, rules
from market.inspections.errors import NothingToSample
from market.inspections.models import Sample, SamplingPlan
from market.inspections.types import Candidate, PlanDraft
from market.kernel.actor import Actor
from market.kernel.ids import new_code
from market.kernel.region_code import RegionCode
from market.orders import queries as orders
from market.sellers import queries as sellers


def draw_plan(
    session: Session, actor: Actor, region: RegionCode, draft: PlanDraft, *, now: datetime
) -> str:
    """Draw products that sellers of the region offer now, by risk; returns the plan's id.

    The numbers behind every weight are kept with the draw. Raises OutsideYourRegion,
    NothingToSample.
    """
    access.require_governs(actor, region.digits)
    found = _candidates(session, region, draft, now)
    if not found:
        raise NothingToSample(field="kinds")
    seed = draft.seed.strip() or new_code(8)
    plan = SamplingPlan(
        region_code=region.digits, name=draft.name, seed=seed, size=draft.size,
        kind_codes=list(draft.kind_codes), candidates=len(found),
        created_by=actor.account_id or "", created_at=now,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    for position, drawn in enumerate(rules.draw(found, draft.size, seed), start=1):
        c = drawn.candidate
        session.add(
            Sample(
                plan_id=plan.id, product_id=c.product_id, seller_id=c.seller_id,
                position=position, kind_weight=drawn.kind_weight, past_fails=c.past_fails,
                packs_sold=c.packs_sold, weight=drawn.weight,
            )
        )  # fmt: skip
    audit.record(
        session, actor, "draw", "sampling_plan", plan.id, now=now, region=region,
        after={"seed": seed, "size": draft.size, "candidates": len(found)},
    )  # fmt: skip
    return plan.id


def _candidates(
    session: Session, region: RegionCode, draft: PlanDraft, now: datetime
) -> list[Candidate]:
    shops = {s.id for s in sellers.open_sellers(session) if region.contains(s.region)}
    offers = catalogue.on_sale_at(session, shops, draft.kind_codes, now)
    ids = {offer.product_id for offer in offers}
    fails = queries.past_fails(session, ids)
    sold = orders.packs_sold(session, ids, now - rules.SALES_WITHIN)
    return [
        Candidate(
            offer.product_id, offer.seller_id, offer.risk,
            fails.get(offer.product_id, 0), sold.get(offer.product_id, 0),
        )
        for offer in offers
    ]  # fmt: skip
