"""Drawing by weight, and what a result leads to."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from market.inspections import rules
from market.inspections.types import Candidate, Standing

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
candidates = st.lists(
    st.builds(
        Candidate,
        product_id=st.text("abcdef", min_size=1, max_size=6),
        seller_id=st.just("s"),
        risk=st.sampled_from(sorted(rules.KIND_WEIGHTS)),
        past_fails=st.integers(0, 5),
        packs_sold=st.integers(0, 10**6),
    ),
    max_size=30,
    unique_by=lambda c: c.product_id,
)


@given(candidates, st.integers(1, 40), st.text(max_size=8), st.randoms())
def test_a_draw_depends_on_seed_and_candidates_not_on_their_order(found, size, seed, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)
    drawn = rules.draw(found, size, seed)
    assert drawn == rules.draw(shuffled, size, seed)
    assert len(drawn) == min(size, len(found))
    assert len({d.candidate.product_id for d in drawn}) == len(drawn)


def test_risk_failures_and_sales_make_a_product_likelier():
    plain = Candidate("a", "s", "low", 0, 0)
    assert rules.weight(plain) == 1
    assert rules.weight(Candidate("a", "s", "high", 0, 0)) == 4
    assert rules.weight(Candidate("a", "s", "low", 2, 0)) == 3
    assert rules.weight(Candidate("a", "s", "low", 0, 99)) == 3


def test_the_share_of_first_places_follows_the_weights():
    rivals = [Candidate("heavy", "s", "high", 0, 0), Candidate("light", "s", "low", 0, 0)]
    first = sum(
        rules.draw(rivals, 1, str(seed))[0].candidate.product_id == "heavy" for seed in range(4000)
    )
    assert 0.77 < first / 4000 < 0.83  # 4 : 1


def test_a_second_failure_bars_and_a_first_does_not():
    assert rules.barred_until(0, NOW) is None
    assert rules.barred_until(1, NOW) == NOW + timedelta(days=183)


def test_an_objection_has_fifteen_days():
    assert rules.may_appeal(Standing.FAILED, NOW, NOW + timedelta(days=14, hours=23))
    assert not rules.may_appeal(Standing.FAILED, NOW, NOW + timedelta(days=15))
    assert not rules.may_appeal(Standing.CLEARED, NOW, NOW)
