"""Twenty buyers, five packs at the cart, then the orders: nobody has what another has, and nothing
is lost, also while what carts keep runs out in the middle."""

import os
import threading
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from market.carts import queries as cart_queries
from market.carts import service as carts
from market.carts.types import CartOwner
from market.catalogue import cart_holds, queries, stock
from market.catalogue.models import CartHold, CartTurn, StockLevel
from market.checkout import service
from market.checkout.errors import CartChanged, SoldOutMeanwhile
from market.checkout.service import KeepTerms, Limits
from market.kernel.errors import DomainError
from tests.factories.catalogue import make_offer, make_shelter
from tests.factories.orders import START, TOWN, make_address, make_household, submission

BUYERS, PACKS = 20, 5
TRIALS = max(2, int(os.environ.get("RACE_TRIALS", "16")) // 4)
LIMITS = Limits(hold_cap_lines=10_000)
_keys = count()


@pytest.fixture
def market(race_database, shared_app):
    """A database with the places and twenty households, each with an address."""
    with race_database.unit_of_work() as session:
        people = [make_household(session).account_id for _ in range(BUYERS)]
        homes = [(account_id, make_address(session, account_id)) for account_id in people]
    return race_database, homes


def all_at_once(acts):
    """Run the acts behind a barrier; what each came to, a refusal or nothing. Anything else that
    goes wrong is raised."""
    barrier, results = threading.Barrier(len(acts)), [RuntimeError("did not end")] * len(acts)

    def run(number):
        barrier.wait(30)
        try:
            results[number] = acts[number]()
        except Exception as error:  # noqa: BLE001 (told to who waits)
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    broken = [x for x in results if isinstance(x, Exception) and not isinstance(x, DomainError)]
    assert not broken, "\n".join(map(str, broken))
    return results


def put(database, account_id, offers, now):
    def act():
        with database.unit_of_work() as session:
            for offer in offers:
                service.add_to_cart(
                    session, CartOwner(account_id), offer.listing_id, 1, now, region=TOWN
                )

    return act


def order(database, account_id, address_id, now):
    def act():
        with database.reading() as session:
            sent = submission(
                session, account_id, address_id, now, idempotency_key=f"cart-race-{next(_keys)}"
            )
        with database.unit_of_work() as session:
            return service.place_order(session, account_id, sent, now, LIMITS).id

    return act


def empty(database, homes):
    with database.unit_of_work() as session:
        for account_id, _address in homes:
            owner = CartOwner(account_id)
            ids = [line.id for line in cart_queries.get_cart(session, owner).lines]
            carts.remove(session, owner, ids, START)


def kept(database, homes):
    """The buyers for whom something is kept."""
    with database.reading() as session:
        holders = set(session.scalars(select(CartHold.holder)))
        assert queries.stock_breaches(session) == []
    return [one for one in homes if one[0] in holders]


def levels(database, offer):
    """(packs on hand, set aside for orders, in carts)."""
    with database.reading() as session:
        assert queries.stock_breaches(session) == []
        found = queries.levels_of(session, [offer.listing_id])
    return tuple(
        sum(getattr(x, name) for x in found) for name in ("on_hand", "reserved", "in_carts")
    )


def test_five_of_twenty_have_the_packs_kept_and_buy_them(market):
    database, homes = market
    with database.unit_of_work() as session:
        offer = make_offer(session, stock=3)
        near = make_shelter(session, offer.maker)
        stock.restock(session, offer.listing_id, near.id, 2, START)
    for trial in range(TRIALS):
        results = all_at_once([put(database, account, [offer], START) for account, _ in homes])
        assert results == [None] * BUYERS
        winners = kept(database, homes)
        assert len(winners) == PACKS
        assert levels(database, offer) == (5 + 5 * trial, 5 * trial, 5)
        results = all_at_once([order(database, *home, START) for home in homes])
        bought = [homes[at] for at, result in enumerate(results) if isinstance(result, str)]
        assert sorted(bought) == sorted(winners)  # nobody took a pack that another had
        assert all(isinstance(x, CartChanged | SoldOutMeanwhile | str) for x in results)
        assert levels(database, offer) == (5 + 5 * trial, 5 + 5 * trial, 0)
        empty(database, homes)
        with database.unit_of_work() as session:
            stock.restock(session, offer.listing_id, near.id, PACKS, START)


def test_what_runs_out_in_the_middle_is_sold_once(market):
    """Half of the buyers order at the instant at which everything kept for carts is over, while
    the sweep runs and others come with new carts."""
    database, homes = market
    later = START + KeepTerms().time
    for _ in range(TRIALS):
        with database.unit_of_work() as session:
            offer = make_offer(session, stock=PACKS)
        half = BUYERS // 2
        all_at_once([put(database, account, [offer], START) for account, _ in homes[:half]])
        assert len(kept(database, homes)) == PACKS

        def sweep():
            with database.unit_of_work() as session:
                cart_holds.end_over(session, later)

        def come(account_id, address_id, offer=offer):
            put(database, account_id, [offer], later)()
            return order(database, account_id, address_id, later)()

        acts = [order(database, *home, later) for home in homes[:half]]
        acts += [lambda home=home: come(*home) for home in homes[half:]]
        acts += [sweep] * 4
        results = all_at_once(acts)
        sold = sum(isinstance(result, str) for result in results)
        on_hand, reserved, in_carts = levels(database, offer)
        assert (on_hand, reserved) == (PACKS, sold)
        with database.unit_of_work() as session:
            cart_holds.end_over(session, later + KeepTerms().time)
        assert reserved + in_carts <= PACKS
        if sold < PACKS:  # packs that lie in carts of those who were refused can be had after that
            left = [home for home in homes if not isinstance(results[homes.index(home)], str)]
            at = later + KeepTerms().time
            again = all_at_once([order(database, *home, at) for home in left])
            sold += sum(isinstance(result, str) for result in again)
        assert sold == PACKS
        empty(database, homes)


def test_carts_with_goods_in_opposite_order_do_not_wait_for_each_other(market):
    database, homes = market
    with database.unit_of_work() as session:
        pair = [make_offer(session, stock=BUYERS) for _ in range(2)]

    def turn(number, account_id):
        def act():
            with database.unit_of_work() as session:
                owner = CartOwner(account_id)
                packs = [(x.listing_id, 1) for x in (pair if number % 2 else pair[::-1])]
                service.add_group_to_cart(session, owner, "一套", packs, START, region=TOWN)

        return act

    def give_back():
        with database.unit_of_work() as session:
            cart_holds.end_over(session, START + timedelta(hours=1))

    for _ in range(TRIALS):
        acts = [turn(number, account) for number, (account, _) in enumerate(homes)]
        assert all_at_once(acts) == [None] * BUYERS
        assert [levels(database, offer)[2] for offer in pair] == [BUYERS, BUYERS]
        clear = [lambda home=home: empty(database, [home]) for home in homes]
        all_at_once([*clear, *[give_back] * 4])
        assert [levels(database, offer)[2] for offer in pair] == [0, 0]


def test_kept_packs_are_given_back_once_whoever_comes_first(market):
    database, homes = market
    account, address = homes[0]
    for trial in range(TRIALS):
        with database.unit_of_work() as session:
            offer = make_offer(session, stock=PACKS)
        put(database, account, [offer], START)()

        def remove():
            empty(database, homes[:1])

        def leave():
            with database.unit_of_work() as session:
                cart_holds.free_holder(session, account)

        def sweep():
            with database.unit_of_work() as session:
                cart_holds.end_over(session, START + timedelta(hours=1))

        press = order(database, account, address, START)
        results = all_at_once([remove, leave, sweep, press, remove, leave, sweep][trial % 3 :])
        sold = sum(isinstance(result, str) for result in results)
        assert levels(database, offer) == (PACKS, sold, 0)
        remove()


def test_one_turn_begins_however_many_devices_take_out_and_put_in(market):
    """Half an hour after the first pack nothing is kept, and nothing can be, for as long."""
    database, homes = market
    for account, _address in homes[:TRIALS]:
        with database.unit_of_work() as session:
            offer = make_offer(session, stock=PACKS)

        def take_out(account=account):
            empty(database, [(account, "")])

        def sweep():
            with database.unit_of_work() as session:
                cart_holds.tidy(session, START + timedelta(minutes=9))

        moments = [START + timedelta(minutes=3 * at) for at in range(4)]
        acts = [put(database, account, [offer], at) for at in moments]
        assert all_at_once([*acts, take_out, sweep, *acts, take_out, sweep]) == [None] * 12
        with database.reading() as session:
            (turn,) = session.scalars(
                select(CartTurn).where(CartTurn.listing_id == offer.listing_id)
            )
            ends = session.scalars(select(CartHold.expires_at).where(CartHold.holder == account))
            assert all(end <= turn.ends_at for end in ends)
        assert turn.ends_at in [at + timedelta(minutes=30) for at in moments]
        late = turn.again_at - timedelta(seconds=1)
        all_at_once([put(database, account, [offer], late) for _ in range(4)])
        with database.unit_of_work() as session:
            cart_holds.tidy(session, late)
        assert levels(database, offer) == (PACKS, 0, 0)
        take_out()


def test_the_cap_holds_for_one_person_at_several_devices(market):
    database, homes = market
    account = homes[0][0]
    with database.unit_of_work() as session:
        offers = [make_offer(session, stock=PACKS) for _ in range(6)]

    def act(offer):
        def press():
            with database.unit_of_work() as session:
                service.add_to_cart(
                    session, CartOwner(account), offer.listing_id, 1, START,
                    terms=KeepTerms(lines=3),
                )  # fmt: skip

        return press

    with database.unit_of_work() as session:  # the cart is there already
        service.add_to_cart(
            session, CartOwner(account), offers[0].listing_id, 1, START, terms=KeepTerms(lines=3)
        )
    assert all_at_once([act(offer) for offer in offers]) == [None] * 6
    with database.reading() as session:
        assert session.scalar(select(func.count(CartHold.line_id.distinct()))) == 3
        assert session.scalar(select(func.sum(StockLevel.in_carts))) == 4


def test_reading_first_and_keeping_later_keeps_too_much(market):
    """The control: two carts that trust what they read keep one pack twice, and the books show
    it. Were this not so, the tests above would prove nothing."""
    database, homes = market
    with database.unit_of_work() as session:
        offer = make_offer(session, stock=1)
    meeting = threading.Barrier(2)

    def careless(account_id):
        def act():
            with database.reading() as session:
                free = queries.free_stock(session, [offer.listing_id], START)
            meeting.wait(30)
            if free[offer.listing_id]:
                with database.unit_of_work() as session:
                    session.add(
                        CartHold(
                            holder=account_id, line_id=account_id, listing_id=offer.listing_id,
                            warehouse_id=offer.warehouse_id, quantity=1,
                            expires_at=START + timedelta(minutes=10),
                        )
                    )  # fmt: skip

        return act

    all_at_once([careless(account) for account, _ in homes[:2]])
    with database.reading() as session:
        assert session.scalar(select(func.sum(CartHold.quantity))) == 2
        assert queries.stock_breaches(session)
