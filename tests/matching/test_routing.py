"""Which crews are asked first, and why."""

import random

from market.kernel.region_code import RegionCode
from market.matching.routing import rank
from market.providers.types import Candidate

TOWN = "130624104"


def make_candidate(provider_id: str, **overrides) -> Candidate:
    values = {
        "provider_id": provider_id,
        "name": provider_id,
        "home": RegionCode(TOWN),
        "matched_area": "130624",
        "trades": frozenset({"mason", "waterproof"}),
        "free": 3,
        "rating_hundredths": 400,
        "is_rated": False,
        "last_turn": 0,
        **overrides,
    }
    return Candidate(**values)


def order(candidates, trades=("mason", "waterproof"), distances=None, key="r1"):
    ranked = rank(key, trades, candidates, distances or {})
    return [one.candidate.provider_id for one in ranked]


def test_a_nearer_area_comes_first():
    assert order(
        [
            make_candidate("city", matched_area="1306"),
            make_candidate("town", matched_area=TOWN),
            make_candidate("country", matched_area=""),
        ]
    ) == ["town", "city", "country"]


def test_more_of_the_needed_trades_come_first():
    half = make_candidate("half", trades=frozenset({"mason"}))
    assert order([half, make_candidate("all")]) == ["all", "half"]


def test_the_score_is_the_sum_of_its_reasons():
    (one,) = rank("r", ["mason"], [make_candidate("a")], {"a": 12})
    assert one.score == sum(reason.points for reason in one.reasons)
    assert [reason.code for reason in one.reasons] == [
        "area", "trades", "free", "unrated", "distance",
    ]  # fmt: skip


def test_an_unrated_crew_is_said_to_be_unrated_and_not_counted_as_zero():
    (one,) = rank("r", ["mason"], [make_candidate("a")], {})
    reason = next(r for r in one.reasons if r.code == "unrated")
    assert reason.points > 0
    assert "tenths" not in reason.params


def test_among_equals_who_waited_longest_comes_first():
    assert order([make_candidate("new", last_turn=90), make_candidate("old", last_turn=10)]) == [
        "old",
        "new",
    ]


def test_small_differences_do_not_beat_waiting():
    better = make_candidate("better", rating_hundredths=430, is_rated=True, last_turn=90)
    waiting = make_candidate("waiting", last_turn=10)
    assert order([better, waiting]) == ["waiting", "better"]


def test_the_order_of_the_input_does_not_matter():
    candidates = [make_candidate(f"p{n}", last_turn=n % 3) for n in range(30)]
    expected = order(candidates)
    for seed in range(5):
        random.Random(seed).shuffle(candidates)
        assert order(candidates) == expected


def test_full_ties_are_shuffled_by_the_request_so_that_all_get_a_share():
    candidates = [make_candidate(f"p{n}") for n in range(5)]
    firsts = {order(candidates, key=f"request-{n}")[0] for n in range(60)}
    assert firsts == {f"p{n}" for n in range(5)}


def test_nearer_by_distance_scores_higher_and_unknown_is_not_worst():
    ranked = rank(
        "r",
        ["mason"],
        [make_candidate("near"), make_candidate("far"), make_candidate("unknown")],
        {"near": 3, "far": 400, "unknown": None},
    )
    scores = {one.candidate.provider_id: one.score for one in ranked}
    assert scores["near"] > scores["unknown"] > scores["far"]
