"""Accounts of one household at the same instant: packs of a village purchase, shared old pieces."""

from datetime import timedelta

import pytest

from market.households import service as households
from market.kernel.actor import SYSTEM
from market.kernel.ids import new_id
from market.promotions import groups
from market.promotions import service as promotions
from market.promotions.models import GroupJoin, PromotionProof
from market.promotions.types import Benefit, BenefitKind, Redemption, Tier
from tests.factories.accounts import make_actor
from tests.factories.households import START, make_stated, member_of
from tests.factories.promotions import make_running
from tests.races.test_household_races import TRIALS, together

__all__ = ["together"]
K = BenefitKind
MOST, PIECES, MEMBERS = 10, 3, 4


def purchase(session):
    benefit = Benefit(K.GROUP_BUY, tiers=(Tier(5, 500),), times=0, drop_point="村委会",
                      closes_at=START + timedelta(hours=1), most_packs=MOST)  # fmt: skip
    return make_running(session, benefit=benefit, budget_fen=None)


def joined(session, key):
    return sum(row.packs for row in session.query(GroupJoin).filter_by(promotion_id=key))


def join(key, who, packs):
    return lambda session: groups.join(session, key, who.account_id, packs, START)


def buy(key, who, order=None):
    return lambda session: promotions.reserve(
        session, [Redemption(key, 1_000)], order or new_id(), who.account_id, START
    )


@pytest.fixture
def family(race_database, shared_app):
    """A family of several accounts that an office confirmed, with old pieces of the first two."""

    def family(number):
        with race_database.unit_of_work() as session:
            key = make_running(session, benefit=Benefit(K.TRADE_IN, amount_fen=1_000, times=0))
            people = [make_actor(session) for _ in range(MEMBERS)]
            for who in people:
                make_stated(session, who, number=f"88{number:07d}")
                households.confirm(session, SYSTEM, member_of(session, who), "看了户口簿", START)
            for who, accepted in zip(people, (1, PIECES - 1), strict=False):
                session.add(
                    PromotionProof(
                        promotion_id=key, household_id=who.account_id, pieces=accepted,
                        accepted=accepted, file_id="a picture", state="accepted", sent_at=START,
                    )
                )  # fmt: skip
        return key, people

    return family


def used(database, key):
    with database.reading() as session:
        rows = session.query(PromotionProof).filter_by(promotion_id=key)
        return {row.household_id: row.used for row in rows}


def test_a_household_joins_with_no_more_than_one_may_at_any_number_of_telephones(
    race_database, together
):
    for number in range(TRIALS):
        with race_database.unit_of_work() as session:
            key = purchase(session)
            people = [make_stated(session, number=f"87{number:07d}") for _ in range(MEMBERS)]
        results = together(*(join(key, who, 6) for who in people))
        assert sorted(results) == ["HouseholdPacksJoined"] * (MEMBERS - 1) + ["done"]
        with race_database.reading() as session:
            assert joined(session, key) == 6


def test_who_joins_a_purchase_while_stating_gets_in_before_or_is_counted(
    race_database, shared_app, together
):
    for number in range(TRIALS):
        with race_database.unit_of_work() as session:
            key = purchase(session)
            first = make_stated(session, number=f"86{number:07d}")
            second = make_actor(session)
            join(key, first, 6)(session)

        def state(session, second=second, number=number):
            make_stated(session, second, number=f"86{number:07d}")

        results = together(state, join(key, second, 6))
        assert results[0] == "done"
        with race_database.unit_of_work() as session:
            assert joined(session, key) == (12 if results[1] == "done" else 6)
        more = together(join(key, second, 7))  # from now on they count together
        assert more == ["HouseholdPacksJoined"]


def test_shared_pieces_are_used_once_whoever_of_the_family_orders(family, race_database, together):
    for number in range(TRIALS):
        key, people = family(number)
        results = together(*(buy(key, who) for who in people for _ in range(2)))
        assert sorted(results) == ["PiecesUsedUp"] * (2 * MEMBERS - PIECES) + ["done"] * PIECES
        assert sum(used(race_database, key).values()) == PIECES


def test_pieces_come_back_once_while_others_of_the_family_take_them(
    family, race_database, together
):
    for number in range(TRIALS):
        key, people = family(number + 10_000)
        orders = [new_id() for _ in range(PIECES)]
        with race_database.unit_of_work() as session:
            for order, who in zip(orders, people, strict=False):
                buy(key, who, order)(session)
        gives = [lambda session, x=x: promotions.free(session, x, START) for x in orders * 2]
        results = together(*gives, *(buy(key, who) for who in people))
        assert results[: len(gives)] == ["done"] * len(gives)
        assert sum(used(race_database, key).values()) == results[len(gives) :].count("done")


def test_who_is_separated_while_orders_come_and_go_leaves_each_with_the_own(
    family, race_database, together
):
    for number in range(TRIALS):
        key, people = family(number + 20_000)
        order = new_id()
        with race_database.unit_of_work() as session:
            buy(key, people[0], order)(session)
            buy(key, people[2])(session)  # with a piece of the second, none are its own
            member = member_of(session, people[2])

        def separate(session, member=member):
            households.separate(session, SYSTEM, member, "不是一户", START)

        def free(session, order=order):
            promotions.free(session, order, START)

        results = together(separate, free, buy(key, people[1]), buy(key, people[2]))
        assert results[:2] == ["done"] * 2
        bought = int(results[2] == "done")  # the stranger may have been faster, but burdens nobody
        assert sum(used(race_database, key).values()) == bought
