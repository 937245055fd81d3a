"""Pure sums: shares never lose or invent a fen."""

from hypothesis import given
from hypothesis import strategies as st

from market.orders.rules import FreightMoney, LineMoney, cancellation, capped, share_of


@given(
    total=st.integers(0, 10**9),
    steps=st.lists(st.integers(1, 50), min_size=1, max_size=10),
)
def test_shares_in_any_steps_add_up_to_the_whole(total, steps):
    whole, before, given_back = sum(steps), 0, 0
    for count in steps:
        given_back += share_of(total, whole, before, count)
        before += count
    assert given_back == total


@st.composite
def parts(draw):
    lines = []
    for index in range(draw(st.integers(1, 4))):
        quantity = draw(st.integers(1, 9))
        amount = draw(st.integers(1, 10**6)) * quantity
        seller = draw(st.integers(0, amount))
        platform = draw(st.integers(0, amount - seller))
        weight = draw(st.sampled_from([0, 1, 5760, 40_000]))
        lines.append(LineMoney(str(index), quantity, weight, amount, seller, platform, 0))
    return lines, draw(st.integers(0, 10**6))


@given(parts(), st.randoms(use_true_random=False))
def test_cancelling_everything_in_any_order_gives_back_everything(part, random):
    lines, freight = part
    paid = sum(
        line.amount_fen - line.seller_discount_fen - line.platform_discount_fen for line in lines
    )
    packs = [line.line_id for line in lines for _ in range(line.quantity)]
    random.shuffle(packs)
    cancelled = {line.line_id: 0 for line in lines}
    back = platform = 0
    for line_id in packs:
        now = [
            LineMoney(
                line.line_id, line.quantity, line.weight_g, line.amount_fen,
                line.seller_discount_fen, line.platform_discount_fen, cancelled[line.line_id],
            )
            for line in lines
        ]  # fmt: skip
        given_back = cancellation(now, FreightMoney(freight), {line_id: 1})
        assert all(item.paid_fen >= 0 for item in given_back)
        back += sum(item.paid_fen for item in given_back)
        platform += sum(item.platform_discount_fen for item in given_back)
        cancelled[line_id] += 1
    assert back == paid + freight
    assert platform == sum(line.platform_discount_fen for line in lines)


@given(parts(), st.integers(0, 10**7))
def test_nobody_gets_back_more_than_the_cap(part, most):
    lines, freight = part
    everything = {line.line_id: line.quantity for line in lines}
    back = cancellation(lines, FreightMoney(freight), everything)
    kept = capped(back, most)
    wanted = sum(item.paid_fen for item in back)
    assert sum(item.paid_fen for item in kept) == min(wanted, most)
