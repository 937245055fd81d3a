"""Pricing a cart of 30 lines while 200 promotions run, in the service, freight and subsidies
included."""

import random
from datetime import datetime, timedelta

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.app import create_app
from market.carts.types import CartLine, CartView
from market.catalogue.models import Listing
from market.checkout.quote import quote
from market.db.session import database, reading, unit_of_work
from market.kernel.actor import SYSTEM
from market.promotions import service as promotions
from market.promotions.types import Owner, Ownership, PromotionDraft
from market.seed.people import TIANSHENGQIAO
from market.sellers import queries as sellers
from tests.bench import world
from tests.bench.data import DataSet
from tests.bench.promoting import BENEFITS, LINES, PROMOTIONS
from tests.bench.services import Timing, timed, together

CASE = "price_cart"
SELLERS, TIMES = 5, 60


def pricing(
    data: DataSet, lines: int = LINES, running: int = PROMOTIONS, times: int = TIMES
) -> tuple[Timing, int, int]:
    """(the pricing many times over, SQL statements of one, how many promotions applied)."""
    app = create_app(data.settings())
    source = random.Random(4)
    at: datetime = app.extensions["market.clock"].now()
    with unit_of_work() as session:
        rows = _goods(session, lines)
        for number in range(running):
            _run(session, source, number, sorted({row.kind_code for row in rows}),
                 sorted({row.seller_id for row in rows}), at)  # fmt: skip
    cart = CartView(lines=tuple(
        CartLine(row.id, row.id, source.randint(row.min_packs, 40), seen_price_fen=row.price_fen)
        for row in rows
    ))  # fmt: skip
    sent: list[str] = []
    with reading() as session, app.app_context():
        known = accounts.credentials(session, world.household_phone(0))
        household = known.account_id if known else None

        def price() -> int:
            found = quote(session, cart, TIANSHENGQIAO, household, at)
            return sum(verdict.applied for verdict in found.verdicts)

        applied = price()
        for engine in database().engines:
            event.listen(engine, "before_cursor_execute", lambda *told: sent.append(told[2]))
        price()
        statements = len(sent)
        done = [timed(price) for _ in range(times)]
    database().dispose()
    return together(done), statements, applied


def _goods(session: Session, lines: int) -> list[Listing]:
    """Lines of a few sellers that reach the township."""
    reach = sorted(sellers.sellers_delivering_to(session, TIANSHENGQIAO))
    found: list[Listing] = []
    for seller_id in reach:
        mine = select(Listing).where(Listing.seller_id == seller_id, Listing.shown.is_(True))
        rows = session.scalars(mine.order_by(Listing.id).limit(lines // SELLERS)).all()
        if len(rows) == lines // SELLERS:
            found += rows
        if len(found) == lines:
            return found
    raise RuntimeError(f"only {len(found)} lines can be delivered")


def _run(
    session: Session, source: random.Random, number: int, kinds: list[str], selling: list[str],
    at: datetime,
) -> None:  # fmt: skip
    """One more promotion that runs and concerns the cart."""
    seller_id = source.choice([None, *selling])
    owner = Ownership(Owner.SELLER if seller_id else Owner.PLATFORM, seller_id)
    draft = PromotionDraft(
        f"测量 {number}", BENEFITS[number % len(BENEFITS)], at - timedelta(days=1),
        at + timedelta(days=30), budget_fen=10**9,
        kind_codes=frozenset(source.sample(kinds, min(len(kinds), source.choice([0, 0, 1, 2])))),
        min_amount_fen=source.choice([0, 0, 50_000, 10**7]),
        min_star=source.choice([0, 0, 0, 2]), priority=source.choice([0, 0, 1]),
    )  # fmt: skip
    made = promotions.create_draft(session, SYSTEM, owner, draft, at)
    promotions.schedule(session, SYSTEM, made, at)
