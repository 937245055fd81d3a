"""Budgets, uses and limits: never overspent, settled once, freed once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from market.kernel import events
from market.kernel.actor import SYSTEM
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.promotions import queries, service
from market.promotions.errors import (
    BudgetExhausted,
    CouponUsedUp,
    HouseholdLimitReached,
    PromotionNotRunning,
    PromotionUsedUp,
)
from market.promotions.events import PromotionExhausted
from market.promotions.types import Phase, Redemption
from tests.factories.promotions import make_draft, make_running


def use(session: Session, promotion_id: str, now: datetime, **over: object) -> str:
    order_id = new_id()
    wanted = Redemption(promotion_id, int(over.get("amount", 10_000)), over.get("code"))  # type: ignore[arg-type]
    service.reserve(session, [wanted], order_id, str(over.get("household", new_id())), now)
    return order_id


def test_a_reservation_takes_budget_and_settling_spends_it(session: Session, now: datetime) -> None:
    promotion_id = make_running(session)
    order_id = use(session, promotion_id, now)
    seen = queries.get_promotion(session, promotion_id, now)
    assert (seen.reserved_fen, seen.spent_fen, seen.left_fen, seen.uses) == (10_000, 0, 90_000, 1)
    service.settle(session, order_id, now)
    service.settle(session, order_id, now)
    seen = queries.get_promotion(session, promotion_id, now)
    assert (seen.reserved_fen, seen.spent_fen, seen.uses) == (0, 10_000, 1)
    service.free(session, order_id, now)
    assert queries.get_promotion(session, promotion_id, now).spent_fen == 10_000
    assert queries.breaches(session) == []


def test_freeing_gives_everything_back_once(session: Session, now: datetime) -> None:
    promotion_id = make_running(session, household_limit=1, codes=("GREEN-1",))
    order_id = use(session, promotion_id, now, household="h", code="GREEN-1")
    service.free(session, order_id, now)
    service.free(session, order_id, now)
    seen = queries.get_promotion(session, promotion_id, now)
    assert (seen.reserved_fen, seen.uses) == (0, 0)
    assert queries.codes_of(session, promotion_id)[0].uses == 0
    assert queries.uses_by_household(session, "h") == {}
    use(session, promotion_id, now, household="h", code="GREEN-1")
    assert queries.breaches(session) == []


def test_reserving_twice_for_one_order_counts_once(session: Session, now: datetime) -> None:
    promotion_id = make_running(session)
    wanted = [Redemption(promotion_id, 10_000)]
    for _ in range(2):
        service.reserve(session, wanted, "order", "home", now)
    assert queries.get_promotion(session, promotion_id, now).reserved_fen == 10_000


def test_a_spent_budget_refuses_and_names_the_promotion(session: Session, now: datetime) -> None:
    promotion_id = make_running(session, budget_fen=15_000)
    use(session, promotion_id, now)
    with pytest.raises(BudgetExhausted) as refusal:
        use(session, promotion_id, now)
    assert refusal.value.promotion_id == promotion_id


def test_each_limit_has_its_own_refusal(session: Session, now: datetime) -> None:
    limited = make_running(session, household_limit=1)
    use(session, limited, now, household="h")
    with pytest.raises(HouseholdLimitReached):
        use(session, limited, now, household="h")
    use(session, limited, now, household="other")
    counted = make_running(session, max_uses=1)
    use(session, counted, now)
    with pytest.raises(PromotionUsedUp):
        use(session, counted, now)
    stopped = make_running(session)
    service.stop(session, SYSTEM, stopped, now)
    with pytest.raises(PromotionNotRunning):
        use(session, stopped, now)
    with pytest.raises(PromotionNotRunning):
        use(session, counted, now + timedelta(days=60))


def test_a_code_is_used_only_as_often_as_it_may(session: Session, now: datetime) -> None:
    promotion_id = make_running(session, codes=("FIRST",))
    service.add_codes(session, SYSTEM, promotion_id, ["once-only"], max_uses=1, now=now)
    use(session, promotion_id, now, code="ONCE-ONLY")
    with pytest.raises(CouponUsedUp):
        use(session, promotion_id, now, code="ONCE-ONLY")
    with pytest.raises(CouponUsedUp):
        use(session, promotion_id, now, code="UNKNOWN")


def test_exhaustion_is_told_once(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[PromotionExhausted] = []
    monkeypatch.setattr(
        events, "_table", {PromotionExhausted: (lambda _session, event: told.append(event),)}
    )
    promotion_id = make_running(session, budget_fen=25_000)
    first = use(session, promotion_id, now)
    assert told == []
    use(session, promotion_id, now)
    assert [event.promotion_id for event in told] == [promotion_id]
    assert queries.get_promotion(session, promotion_id, now).phase is Phase.EXHAUSTED
    service.free(session, first, now)
    use(session, promotion_id, now)
    assert len(told) == 1


def test_live_promotions_follow_place_seller_dates_and_codes(
    session: Session, now: datetime
) -> None:
    here, far = RegionCode("130624104"), RegionCode("510124104")
    everywhere = make_running(session)
    county = make_running(session, region_prefixes=frozenset({"130624"}))
    coded = make_running(session, codes=("GREEN",))
    make_running(session, starts_at=now + timedelta(days=2))
    found = {p.id for p in queries.live_promotions(session, [], here, [], now)}
    assert found == {everywhere, county}
    found = {p.id for p in queries.live_promotions(session, [], far, [], now)}
    assert found == {everywhere}
    specs = queries.live_promotions(session, [], far, ["GREEN", "NOPE"], now)
    by_id = {spec.id: spec for spec in specs}
    assert by_id[coded].codes == {"GREEN"}
    assert by_id[coded].needs_code


def test_a_draft_never_applies_even_by_its_code(session: Session, now: datetime) -> None:
    from market.promotions.types import Owner, Ownership  # noqa: PLC0415

    promotion_id = service.create_draft(
        session, SYSTEM, Ownership(Owner.PLATFORM), make_draft(needs_code=True), now
    )
    service.add_codes(session, SYSTEM, promotion_id, ["EARLY"], max_uses=None, now=now)
    assert queries.live_promotions(session, [], None, ["EARLY"], now) == []
