"""Every posting adds up to zero; nothing is posted twice, changed or lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from market.payments import ledger
from market.payments.errors import EventReused, UnbalancedPosting
from market.payments.models import AppendOnly, LedgerEntry, LedgerTransaction
from market.payments.types import Method

SHARES = st.lists(
    st.builds(
        ledger.Share,
        seller_id=st.sampled_from(["s1", "s2", "s3"]),
        paid_fen=st.integers(0, 10**9),
        platform_fen=st.integers(0, 10**7),
    ),
    min_size=1,
    max_size=4,
)
METHODS = st.sampled_from(list(Method))


@given(shares=SHARES, method=METHODS)
def test_every_kind_of_entry_is_balanced(shares, method):
    total = sum(share.paid_fen for share in shares)
    postings = [
        ledger.receipt(method, total),
        ledger.sale(shares),
        ledger.cash_kept(shares),
        ledger.give_back(total),
        ledger.refund_sent(method, total, shares[0].seller_id),
        *[ledger.take_back(share) for share in shares],
        *[ledger.reduce(share) for share in shares],
    ]
    assert all(sum(entries.values()) == 0 for entries in postings)


@given(shares=SHARES, method=METHODS)
def test_a_sale_fully_taken_back_leaves_nothing_anywhere(shares, method):
    total = sum(share.paid_fen for share in shares)
    sums: dict[str, int] = {}
    postings = [ledger.receipt(method, total), ledger.sale(shares)]
    if method is Method.ON_DELIVERY:
        postings.append(ledger.cash_kept(shares))
    for share in shares:
        postings.append(ledger.take_back(share))
        postings.append(ledger.refund_sent(method, share.paid_fen, share.seller_id))
    for entries in postings:
        for account, fen in entries.items():
            sums[account] = sums.get(account, 0) + fen
    assert set(sums.values()) <= {0}


def test_a_sale_owes_the_sellers_goods_freight_and_the_platforms_promotions():
    shares = [ledger.Share("a", 9_000, 1_000), ledger.Share("b", 5_000, 0)]
    assert ledger.sale(shares) == {
        "customer_receivable": 14_000,
        "platform_promotion_cost": 1_000,
        "seller_payable:a": -10_000,
        "seller_payable:b": -5_000,
    }


def post(session, now, key, entries):
    return ledger.post(session, key, entries, memo="test", now=now)


def test_an_event_is_posted_once(session, now):
    assert post(session, now, "e1", {"a": 5, "b": -5})
    assert not post(session, now, "e1", {"b": -5, "a": 5})
    assert [(b.account, b.balance_fen) for b in ledger.trial_balance(session)] == [
        ("a", 5),
        ("b", -5),
    ]
    with pytest.raises(EventReused):
        post(session, now, "e1", {"a": 6, "b": -6})


def test_an_unbalanced_posting_is_refused(session, now):
    with pytest.raises(UnbalancedPosting):
        post(session, now, "e1", {"a": 5, "b": -4})
    assert ledger.trial_balance(session) == []


def test_nothing_is_posted_for_nothing(session, now):
    assert not post(session, now, "e1", {"a": 0})
    assert session.scalars(select(LedgerTransaction)).all() == []


def test_rows_are_only_ever_added(session, now):
    post(session, now, "e1", {"a": 5, "b": -5})
    entry = session.scalars(select(LedgerEntry)).first()
    entry.amount_fen = 7
    with pytest.raises(AppendOnly):
        session.flush()
    session.rollback()
    post(session, now, "e1", {"a": 5, "b": -5})
    session.delete(session.scalars(select(LedgerEntry)).first())
    with pytest.raises(AppendOnly):
        session.flush()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.lists(st.tuples(st.integers(0, 5), SHARES), max_size=8))
def test_whatever_is_posted_the_whole_ledger_is_zero(session, now, events):
    for number, shares in events:
        try:
            post(session, now, f"e{number}", ledger.sale(shares))
        except EventReused:
            continue
    assert sum(row.balance_fen for row in ledger.trial_balance(session)) == 0
    assert ledger.unbalanced(session) == []
