"""The invariants of the market: one function each, run by `flask audit` and by the tests.

The codes are those of the list the project keeps: I2 (what was acknowledged is stored) can
only be seen by a client.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.adoptions import queries as adoptions
from market.audit import queries as audit
from market.catalogue import invariants as listings
from market.catalogue import queries as catalogue
from market.catalogue import stock_queries as stock
from market.certification import queries as certification
from market.contracts import invariants as contracts
from market.demonstrations import invariants as demonstrations
from market.handovers import queries as handovers
from market.households import invariants as households
from market.kernel.region_code import RegionCode
from market.notifications import queries as notifications
from market.orders import invariants as orders
from market.payments import invariants as payments
from market.pickups import queries as pickups
from market.promotions import invariants as promotions
from market.providers import queries as providers
from market.renovations import invariants as renovations
from market.reports.types import AuditReport, Finding
from market.search import service as search
from market.search.types import IndexUnusable, TextIndex, TextRequest
from market.sellers import queries as sellers
from market.standards import invariants as standards
from market.subsidies import invariants as subsidies
from market.traceability import invariants as traceability

HITS_PER_KIND = 200
PLACES = 20  # with local lists, that are looked at


@dataclass(frozen=True)
class Books:
    """What an invariant may look at."""

    session: Session
    now: datetime
    index: TextIndex


def ledger(books: Books) -> list[str]:
    """I1: every posting and the whole ledger add up to zero."""
    return payments.ledger_breaches(books.session)


def stock_levels(books: Books) -> list[str]:
    """I3: levels equal the journal and the holds; nothing is negative."""
    return stock.stock_breaches(books.session)


def promotion_budgets(books: Books) -> list[str]:
    """I4: spent and reserved stay within the budget; counters equal their sums."""
    given = orders.discounts(books.session)
    return [
        *promotions.breaches(books.session),
        *promotions.discount_breaches(books.session, given),
    ]


def paid_orders(books: Books) -> list[str]:
    """I5: a paid order has its succeeded payment and its ledger rows, to the fen."""
    captured = orders.captured(books.session)
    return [
        *orders.breaches(books.session),
        *payments.settlement_breaches(books.session, captured),
        *payments.commission_breaches(books.session, orders.commissions(books.session)),
    ]


def quoting_places(books: Books) -> list[str]:
    """I6: no more crews than places, exactly one award, no acceptance after the close."""
    return renovations.breaches(books.session)


def contracts_kept(books: Books) -> list[str]:
    """I7: milestones add up, deposits within the law, both signed what runs, ends are final."""
    return contracts.breaches(books.session)


def gates(books: Books) -> list[str]:
    """I8: what households see is what certification says now."""
    return listings.breaches(books.session, books.now)


def records(books: Books) -> list[str]:
    """I9: every decision has its audit row, every message is carried."""
    session = books.session
    decided = {
        "seller": sellers.decisions(session),
        "certificate": certification.decisions(session),
        "provider": providers.decisions(session),
    }
    found = []
    for kind, decisions in decided.items():
        written = audit.counts(session, kind)
        for (key, action), count in sorted(decisions.items()):
            known = written.get((key, f"{kind}.{action}"), 0)
            if known < count:
                found.append(f"{kind} {key}: {action} {count} times, {known} audit rows")
    return [*found, *notifications.breaches(session, books.now)]


def search_hits(books: Books) -> list[str]:
    """I10: what search finds at a place is what households may see there; changes on their way
    are excused."""
    places = [None, *listings.regions_of_lists(books.session)[:PLACES]]
    try:
        hidden = set().union(*(_hidden_hits(books, place) for place in places))
    except IndexUnusable:
        return []  # nothing is found; the worker builds it anew
    under_way = search.pending(books.session)
    if any(subject == "kind" for subject, _ in under_way):
        return []
    excused = listings.touched_by(books.session, hidden, under_way)
    return [f"search finds listing {key}, which is not visible" for key in sorted(hidden - excused)]


def _hidden_hits(books: Books, place: RegionCode | None) -> set[str]:
    hits: set[str] = set()
    around = frozenset(place.prefixes) if place is not None else frozenset()
    for kind in catalogue.list_kinds(books.session):
        request = TextRequest(
            kinds={kind.code: 1.0}, places=around, at=int(books.now.timestamp()),
            limit=HITS_PER_KIND,
        )  # fmt: skip
        hits.update(books.index.search(request).listing_ids)
    return hits - listings.visible_among(books.session, hits, books.now, place)


def refunds(books: Books) -> list[str]:
    """I11: never more goes back than came in."""
    return payments.refund_breaches(books.session, orders.refunded(books.session))


def first_scans(books: Books) -> list[str]:
    """I12: the first scan of a trace code is its earliest one; their number is that of rows."""
    return traceability.breaches(books.session)


def subsidy_budgets(books: Books) -> list[str]:
    """I13: subsidies stay within budgets and households' limits; orders and ledger agree."""
    session = books.session
    posted = payments.subsidies_borne(session)
    borne = subsidies.borne(session)
    apart = [
        f"region {key or 'country'}: schemes bear {borne.get(key, 0)} fen, "
        f"the ledger says {posted.get(key, 0)}"
        for key in sorted(borne.keys() | posted.keys())
        if borne.get(key, 0) != posted.get(key, 0)
    ]
    given = orders.subsidies(session)
    return [*subsidies.breaches(session), *subsidies.voucher_breaches(session, given), *apart]


def demonstration_projects(books: Books) -> list[str]:
    """I14: demonstration projects are approved by another hand, agreed to, and show what came."""
    session = books.session
    return demonstrations.breaches(session, audit.counts(session, "demonstration"))


def standards_cited(books: Books) -> list[str]:
    """I15: goods carry what the library of standards says of them; its acts are recorded."""
    session = books.session
    return standards.breaches(session, audit.counts(session, "standard_edition"), books.now)


def pickup_places(books: Books) -> list[str]:
    """I16: places at pick-up points are those of standing orders; drop days add up to them."""
    session = books.session
    taken = pickups.places_by_order(session)
    standing = orders.at_points(session)
    apart = [
        f"order {order}, seller {seller}: its place at the pick-up point "
        + ("is taken and nothing is to come" if place else "is free and goods are to come")
        for (order, seller), place in sorted(taken.items())
        if place != standing.get((order, seller), False)
    ]
    lost = [
        f"order {order}, seller {seller}: goods for a pick-up point without a place"
        for order, seller in sorted(standing.keys() - taken.keys())
        if standing[order, seller]
    ]
    return [*pickups.place_breaches(session), *handovers.breaches(session), *apart, *lost]


def stated_households(books: Books) -> list[str]:
    """I17: each account counts with the household it states, by the account and by the register."""
    return households.breaches(books.session)


def adopted_products(books: Books) -> list[str]:
    """I18: adopted products passed three people, and those that left say why."""
    session = books.session
    return adoptions.breaches(session, audit.counts(session, "adoption"))


CHECKS: tuple[Callable[[Books], list[str]], ...] = (
    ledger,
    stock_levels,
    promotion_budgets,
    paid_orders,
    quoting_places,
    contracts_kept,
    gates,
    records,
    search_hits,
    refunds,
    first_scans,
    subsidy_budgets,
    demonstration_projects,
    standards_cited,
    pickup_places,
    stated_households,
    adopted_products,
)


def check_all(session: Session, index: TextIndex, now: datetime) -> AuditReport:
    """Every invariant, in the order of its code."""
    books = Books(session, now, index)
    return AuditReport(now, tuple(_run(check, books) for check in CHECKS))


def _run(check: Callable[[Books], list[str]], books: Books) -> Finding:
    code, _, promise = (check.__doc__ or "").partition(": ")
    began = time.perf_counter()
    breaches = tuple(check(books))
    return Finding(code, promise.strip(), breaches, round((time.perf_counter() - began) * 1000))
