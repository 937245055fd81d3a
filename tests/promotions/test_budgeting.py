"""Another budget for a promotion that is live: up, or down to what is taken, with its reason."""

from datetime import timedelta

import pytest

from market.audit import queries as audit
from market.kernel.actor import SYSTEM
from market.promotions import queries, service
from market.promotions.errors import (
    BudgetBelowTaken,
    BudgetUnexplained,
    NotStanding,
    PromotionNotFound,
)
from market.promotions.types import Owner, Ownership, Phase, Redemption
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import actor_for, make_maker
from tests.factories.promotions import START, make_draft, make_running


def test_a_budget_is_raised_and_lowered_down_to_what_is_taken(session):
    promotion_id = make_running(session, budget_fen=20_000)
    service.reserve(session, [Redemption(promotion_id, 10_000)], "o" * 20, "h" * 20, START)
    service.reserve(session, [Redemption(promotion_id, 10_000)], "p" * 20, "h" * 20, START)
    assert queries.get_promotion(session, promotion_id, START).phase is Phase.EXHAUSTED
    for too_little in (19_999, 1):
        with pytest.raises(BudgetBelowTaken):
            service.change_budget(session, SYSTEM, promotion_id, too_little, "少一点", START)
    with pytest.raises(BudgetUnexplained):
        service.change_budget(session, SYSTEM, promotion_id, 50_000, "  ", START)
    service.change_budget(session, SYSTEM, promotion_id, 50_000, "卖得好", START)
    seen = queries.get_promotion(session, promotion_id, START)
    assert (seen.phase, seen.draft.budget_fen, seen.left_fen) == (Phase.RUNNING, 50_000, 30_000)
    service.reserve(session, [Redemption(promotion_id, 10_000)], "q" * 20, "h" * 20, START)
    service.change_budget(session, SYSTEM, promotion_id, 30_000, "到此为止", START)
    seen = queries.get_promotion(session, promotion_id, START)
    assert (seen.phase, seen.left_fen) == (Phase.EXHAUSTED, 0)
    assert seen.exhausted_at == START
    changes = audit.budget_changes(session, "promotion", promotion_id)
    assert [(one.before_fen, one.after_fen, one.reason) for one in changes] == [
        (50_000, 30_000, "到此为止"), (20_000, 50_000, "卖得好"),
    ]  # fmt: skip


def test_only_what_is_live_has_a_budget_to_change_and_only_its_owner_does(session):
    maker, other = make_maker(session), make_maker(session)
    own = {"owner": Owner.SELLER, "seller_id": maker.id}
    running = make_running(session, **own)
    with pytest.raises(PromotionNotFound):
        service.change_budget(session, actor_for(other.id), running, 500_000, "多一点", START)
    service.change_budget(session, actor_for(maker.id), running, 500_000, "多一点", START)
    ownership = Ownership(Owner.SELLER, maker.id)
    draft = service.create_draft(session, SYSTEM, ownership, make_draft(), START)
    stopped = make_running(session, **own)
    service.stop(session, SYSTEM, stopped, START)
    for key, at in ((draft, START), (stopped, START), (running, START + timedelta(days=31))):
        with pytest.raises(NotStanding):
            service.change_budget(session, SYSTEM, key, 500_000, "多一点", at)


def test_a_budget_is_changed_on_the_desk_with_its_reason(client, session, now):
    maker = make_maker(session)
    promotion_id = make_running(session, owner=Owner.SELLER, seller_id=maker.id)
    member = make_actor(session, "seller", maker.id)
    sign_in(client, session, member.account_id)
    page = f"/seller/promotions/{promotion_id}"
    bad = client.post(f"{page}/budget", data={"budget_fen": "9,999.5", "reason": ""})
    assert bad.status_code == 422
    assert 'id="reason-err"' in bad.text
    assert 'value="9,999.5"' in bad.text or 'value="9,999.50"' in bad.text
    good = client.post(f"{page}/budget", data={"budget_fen": "9,999.5", "reason": "秋天卖得好"})
    assert good.status_code == 303
    text = client.get(page).text
    assert "从 1,000.00 元改成 9,999.50 元" in text
    assert "秋天卖得好" in text
    office = make_actor(session, "official", "130624")
    region_id = make_running(session, owner=Owner.REGION, region="130624", budget_fen=20_000)
    service.reserve(session, [Redemption(region_id, 15_000)], "o" * 20, "h" * 20, START)
    sign_in(client, session, office.account_id)
    url = f"/official/promotions/{region_id}/budget"
    low = client.post(url, data={"budget_fen": "149.99", "reason": "钱不够"})
    assert low.status_code == 422
    assert "已经用掉和留着的有 150.00 元" in low.text
    assert 'value="钱不够"' in low.text
    assert client.post(url, data={"budget_fen": "150", "reason": "钱不够"}).status_code == 303
    assert client.post(f"/official/promotions/{promotion_id}/budget").status_code == 404
