"""Drawing samples by risk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.inspections import queries, rules
from market.inspections.errors import NothingToSample, PlanOutsideRegion, UnknownKinds
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

    The numbers behind every weight are kept with the draw. Kinds may be written as codes or by
    name. Raises PlanOutsideRegion, UnknownKinds, NothingToSample.
    """
    if not actor.governs(region):
        raise PlanOutsideRegion(field="region")
    draft = replace(draft, kind_codes=_kinds(session, draft.kind_codes))
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


def _kinds(session: Session, typed: Sequence[str]) -> tuple[str, ...]:
    """The codes of what was typed, each whole or, unless it is known so, word by word."""
    known: dict[str, str] = {}
    for kind in catalogue.list_kinds(session, include_closed=True):
        for name in (kind.name_zh, kind.name_en, kind.code):
            known[name.casefold()] = kind.code
    words: list[str] = []
    for one in typed:
        words += [one] if one.casefold() in known else one.split()
    unknown = [word for word in words if word.casefold() not in known]
    if unknown:
        raise UnknownKinds(field="kinds", names="、".join(dict.fromkeys(unknown)))
    return tuple(dict.fromkeys(known[word.casefold()] for word in words))


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
