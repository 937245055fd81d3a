"""Packs of village purchases, old pieces and what offices confirmed: the limit counts the accounts
of a household together, and confirmed ones share what each of them brought."""

from datetime import timedelta

import pytest

from market.accounts.models import Account
from market.households import service
from market.kernel.actor import SYSTEM, Actor
from market.promotions import (
    groups,
    households,
    invariants,
    mapping,
    queries,
)
from market.promotions import service as promotions
from market.promotions.errors import HouseholdPacksJoined, PiecesUsedUp
from market.promotions.models import GroupJoin, PromotionProof
from market.promotions.types import Benefit, BenefitKind, Redemption, Tier
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.households import START, make_stated, member_of
from tests.factories.promotions import make_running

K = BenefitKind
CLOSES = START + timedelta(hours=1)


@pytest.fixture(autouse=True)
def consistent(session):
    yield
    session.expire_all()
    assert invariants.breaches(session) == []


@pytest.fixture
def family(session):
    """Two accounts of one household, which no office has looked at."""
    return make_stated(session), make_stated(session)


def purchase(session, most=10):
    benefit = Benefit(K.GROUP_BUY, tiers=(Tier(5, 500),), times=0, closes_at=CLOSES,
                      drop_point="村委会", most_packs=most)  # fmt: skip
    return make_running(session, benefit=benefit, budget_fen=None)


def trade_in(session):
    return make_running(session, benefit=Benefit(K.TRADE_IN, amount_fen=2_000, times=0))


def bring(session, key, who, pieces):
    proof = PromotionProof(
        promotion_id=key, household_id=who.account_id, pieces=pieces, accepted=pieces,
        file_id="a picture", state="accepted", sent_at=START,
    )  # fmt: skip
    session.add(proof)
    session.flush()
    return proof


def confirm(session, *family):
    for who in family:
        service.confirm(session, SYSTEM, member_of(session, who), "看了户口簿原件", START)


def use(session, key, who, packs, order):
    with session.begin_nested():
        wanted = [Redemption(key, 1_000 * packs, packs=packs)]
        promotions.reserve(session, wanted, order, who.account_id, START)


def left(session, key, who):
    spec = mapping.spec_of(queries.row_of(session, key), ())
    facts = queries.facts_for(session, [spec], who.account_id)
    proof = facts.proofs.get(key)
    group = facts.groups.get(key)
    return proof.accepted if proof else group.joined if group else 0


def used(session, table, key):
    session.expire_all()
    rows = session.query(table).filter_by(promotion_id=key)
    column = "bought" if table is GroupJoin else "used"
    return {row.household_id: getattr(row, column) for row in rows}


def test_the_accounts_of_a_household_join_with_no_more_than_one_may(session, family):
    first, second = family
    key, stranger = purchase(session), make_actor(session)
    groups.join(session, key, first.account_id, 7, START)
    with pytest.raises(HouseholdPacksJoined) as refusal, session.begin_nested():
        groups.join(session, key, second.account_id, 4, START)
    assert refusal.value.params == {"most": 10, "others": 7, "left": 3}
    groups.join(session, key, second.account_id, 3, START)
    groups.join(session, key, stranger.account_id, 10, START)
    groups.join(session, key, first.account_id, 6, START)
    groups.join(session, key, second.account_id, 4, START)


def test_who_joined_with_more_before_stating_keeps_it_and_gets_no_more(session):
    pair = make_actor(session), make_actor(session)
    key = purchase(session)
    for who in pair:
        groups.join(session, key, who.account_id, 8, START)
        make_stated(session, who)
    with pytest.raises(HouseholdPacksJoined) as refusal, session.begin_nested():
        groups.join(session, key, pair[0].account_id, 9, START)
    assert refusal.value.params["left"] == 2
    groups.join(session, key, pair[0].account_id, 2, START)


def test_a_separated_account_joins_for_itself_again(session, family):
    first, second = family
    key = purchase(session)
    groups.join(session, key, first.account_id, 10, START)
    service.separate(session, SYSTEM, member_of(session, second), "不是一户", START)
    groups.join(session, key, second.account_id, 10, START)


def test_the_refusal_stands_beside_the_packs_in_both_languages(client, session):
    first, account = make_stated(session), make_account(session)
    key = purchase(session)
    groups.join(session, key, first.account_id, 7, START)
    sign_in(client, session, account.id)
    make_stated(session, Actor(account.id, frozenset({"household"})))
    session.commit()
    answer = client.post(f"/promotions/{key}/join", data={"packs": "4"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "每户最多报 10 包，你家别的账号报了 7 包，你最多能报 3 包" in page
    assert 'value="4"' in page
    client.set_cookie("lang", "en")
    english = client.post(f"/promotions/{key}/join", data={"packs": "4"}).get_data(as_text=True)
    assert "other accounts of yours joined with 7" in english
    shown = client.get(f"/promotions/{key}").get_data(as_text=True)
    assert "Other accounts of your household joined with 7 packs" in shown


def test_confirmed_accounts_share_what_each_brought_and_others_do_not(session, family):
    first, second = family
    key = trade_in(session)
    bring(session, key, first, 2)
    bring(session, key, second, 1)
    assert left(session, key, second) == 1  # only stated: nobody's pieces are opened by a number
    with pytest.raises(PiecesUsedUp):
        use(session, key, second, 2, "order-0")
    confirm(session, first)
    assert left(session, key, second) == 1  # one of the two is not enough
    confirm(session, second)
    assert left(session, key, second) == left(session, key, first) == 3
    use(session, key, second, 2, "order-1")
    assert used(session, PromotionProof, key) == {first.account_id: 1, second.account_id: 1}
    with pytest.raises(PiecesUsedUp):
        use(session, key, first, 2, "order-2")
    use(session, key, first, 1, "order-3")
    assert left(session, key, first) == 0
    promotions.free(session, "order-1", START)
    promotions.free(session, "order-1", START)
    assert left(session, key, first) == left(session, key, second) == 2
    promotions.retake(session, "order-1", START)
    assert left(session, key, first) == 0


def test_packs_of_a_purchase_are_bought_by_whoever_of_the_family_orders(session, family):
    first, second = family
    key = purchase(session)
    groups.join(session, key, first.account_id, 6, START)
    groups.close_due(session, CLOSES)
    confirm(session, first, second)
    assert left(session, key, second) == 6
    use(session, key, second, 4, "order-1")
    assert used(session, GroupJoin, key) == {first.account_id: 4}
    with pytest.raises(PiecesUsedUp):
        use(session, key, first, 3, "order-2")
    promotions.free(session, "order-1", START)
    assert left(session, key, first) == 6


def test_who_is_separated_takes_his_uses_away_and_others_have_theirs_back(session, family):
    first, second = family
    key = trade_in(session)
    bring(session, key, first, 2)
    bring(session, key, second, 1)
    confirm(session, first, second)
    use(session, key, second, 1, "order-1")
    use(session, key, second, 2, "order-2")  # with the pieces of the first
    assert left(session, key, first) == 0
    service.separate(session, SYSTEM, member_of(session, second), "不是一户", START)
    assert used(session, PromotionProof, key) == {first.account_id: 0, second.account_id: 1}
    assert (left(session, key, first), left(session, key, second)) == (2, 0)
    promotions.free(session, "order-1", START)  # two more were used than he brought
    assert left(session, key, second) == 0
    promotions.free(session, "order-2", START)
    assert (left(session, key, first), left(session, key, second)) == (2, 1)


def test_what_who_moved_out_used_of_the_family_stays_used(session, family):
    first, second = family
    third = make_stated(session)
    key = trade_in(session)
    bring(session, key, first, 3)
    confirm(session, first, second, third)
    use(session, key, second, 2, "order-1")
    use(session, key, third, 1, "order-2")
    service.move_out(session, SYSTEM, member_of(session, second), "分户了", START)
    promotions.free(session, "order-2", START)
    assert (left(session, key, first), left(session, key, second)) == (1, 0)


def test_what_an_office_confirmed_of_one_holds_for_the_confirmed_family(session, family):
    first, second = family
    phone = session.get_one(Account, first.account_id).phone
    households.set_flags(session, SYSTEM, phone, ["low_income"], now=START)
    assert queries.flags_of(session, first.account_id) == {"low_income"}
    assert queries.flags_of(session, second.account_id) == frozenset()
    confirm(session, first, second)
    assert queries.flags_of(session, second.account_id) == {"low_income"}
    households.set_flags(session, SYSTEM, phone, [], now=START)
    assert queries.flags_of(session, second.account_id) == frozenset()
    households.set_flags(session, SYSTEM, phone, ["low_income"], now=START)
    service.separate(session, SYSTEM, member_of(session, second), "不是一户", START)
    assert queries.flags_of(session, second.account_id) == frozenset()
