"""Which rule wins, and the fen that follow from it."""

from hypothesis import given
from hypothesis import strategies as st

from market.commissions.rules import charge, specificity, verdicts
from market.commissions.types import Line, Rule, Scope

GENERAL = Rule("general", "一般", 500)
ZONE = Rule("zone", "专区", 200, Scope(zone=True))
KIND = Rule("kind", "品类", 300, Scope(kind_code="G105"))


def line(base_fen=10_000, **known):
    values = {"product_id": "p", "seller_id": "s", "kind_code": "G105", "group_code": "1",
              "certified": True, "campaigns": frozenset({"c"})}  # fmt: skip
    return Line(base_fen, **(values | known))


def test_taking_part_is_preferred_to_the_kind_and_its_cost_is_known():
    found = charge(line(), [GENERAL, KIND, ZONE])
    assert (found.fen, found.usual_fen, found.preference_fen) == (200, 300, 100)
    assert found.rule == ZONE


def test_who_does_not_take_part_pays_the_rate_of_the_kind():
    for outside in (line(campaigns=frozenset()), line(certified=False)):
        found = charge(outside, [GENERAL, KIND, ZONE])
        assert (found.fen, found.preference_fen, found.rule) == (300, 0, KIND)


def test_each_level_beats_all_levels_below_together():
    scopes = [
        Scope(group_code="1"), Scope(kind_code="G105"), Scope(zone=True), Scope(campaign_id="c"),
        Scope(seller_id="s"), Scope(product_id="p"),
    ]  # fmt: skip
    below = 0
    for scope in scopes:
        assert specificity(scope) > below
        below += specificity(scope)


def test_every_rule_says_why_it_does_not_fit():
    rules = [
        GENERAL, ZONE, KIND, Rule("p", "", 1, Scope(product_id="other")),
        Rule("s", "", 1, Scope(seller_id="other")), Rule("c", "", 1, Scope(campaign_id="other")),
        Rule("g", "", 1, Scope(group_code="9")),
    ]  # fmt: skip
    outside = line(campaigns=frozenset(), kind_code="G216")
    found = {one.rule.id: one.missing for one in verdicts(outside, rules)}
    assert found == {
        "p": "product", "s": "seller", "c": "campaign", "zone": "zone", "kind": "kind",
        "g": "group", "general": "",
    }  # fmt: skip


def test_bounds_hold_and_nothing_is_taken_beyond_the_line():
    bounded = Rule("b", "", 500, min_fen=300, max_fen=700)
    assert charge(line(1_000), [bounded]).fen == 300
    assert charge(line(100_000), [bounded]).fen == 700
    assert charge(line(200), [bounded]).fen == 200
    assert charge(line(0), [bounded]).fen == 0
    assert charge(line(), []).rule is None


def test_half_a_fen_is_rounded_up():
    assert charge(line(10), [GENERAL]).fen == 1  # 0.5
    assert charge(line(9), [GENERAL]).fen == 0  # 0.45


SCOPES = st.builds(
    Scope,
    product_id=st.sampled_from(["", "p", "x"]),
    seller_id=st.sampled_from(["", "s", "x"]),
    campaign_id=st.sampled_from(["", "c", "x"]),
    zone=st.booleans(),
    kind_code=st.sampled_from(["", "G105", "x"]),
    group_code=st.sampled_from(["", "1", "x"]),
)
RULES = st.lists(
    st.builds(Rule, st.uuids().map(str), st.just(""), st.integers(0, 3_000), SCOPES),
    max_size=8,
    unique_by=lambda rule: rule.id,
)


@given(RULES, st.randoms(), st.integers(0, 10**9))
def test_the_order_of_the_rules_changes_nothing_and_the_fee_stays_within_the_line(
    rules, random, base
):
    shuffled = list(rules)
    random.shuffle(shuffled)
    found = charge(line(base), rules)
    assert charge(line(base), shuffled) == found
    assert 0 <= found.fen <= base
    assert found.usual_fen <= base
