"""The state of a certificate at the clock, and what an entry must hold."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.certification import errors, rules
from market.certification.types import (
    BodyView,
    CertificateFacts,
    CertificateState,
    Review,
    Scheme,
    Standing,
)
from market.kernel.clock import SHANGHAI
from tests.factories.certification import make_entry

TODAY = date(2026, 11, 22)
SECOND = timedelta(seconds=1)


def make_facts(**overrides):
    values = {
        "review": Review.APPROVED,
        "standing": Standing.IN_FORCE,
        "valid_from": date(2025, 6, 5),
        "valid_to": date(2030, 6, 4),
        **overrides,
    }
    return CertificateFacts(**values)


def shanghai(*when):
    return datetime(*when, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (shanghai(2025, 6, 4, 23, 59, 59), "upcoming"),
        (shanghai(2025, 6, 5), "valid"),
        (shanghai(2030, 3, 6, 23, 59, 59), "valid"),
        (shanghai(2030, 3, 7), "due"),
        (shanghai(2030, 6, 4, 23, 59, 59), "due"),
        (shanghai(2030, 6, 5), "expired"),
    ],
)
def test_the_state_turns_at_midnight_in_shanghai(at, state):
    assert rules.state_at(make_facts(), at) == CertificateState(state)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"review": Review.SUBMITTED}, "pending"),
        ({"review": Review.CLARIFICATION}, "pending"),
        ({"review": Review.REFUSED}, "refused"),
        ({"standing": Standing.SUSPENDED}, "suspended"),
        ({"standing": Standing.REVOKED}, "revoked"),
        ({"standing": Standing.CANCELLED}, "cancelled"),
    ],
)
def test_review_and_standing_outweigh_the_calendar(facts, state):
    assert rules.state_at(make_facts(**facts), shanghai(2027, 1, 1)) == CertificateState(state)


def test_a_suspended_certificate_expires_and_a_revoked_one_stays_revoked():
    late = shanghai(2031, 1, 1)
    assert rules.state_at(make_facts(standing=Standing.SUSPENDED), late) == "expired"
    assert rules.state_at(make_facts(standing=Standing.REVOKED), late) == "revoked"


@given(
    st.sampled_from(Review),
    st.sampled_from(Standing),
    st.integers(0, 6 * 365 * 24),
)
def test_the_gate_is_open_exactly_in_valid_and_due(review, standing, hours):
    at = shanghai(2025, 1, 1) + timedelta(hours=hours)
    facts = make_facts(review=review, standing=standing)
    assert rules.gate_window(facts).is_open(at) == rules.state_at(facts, at).opens_gate


def test_since_says_when_the_state_began():
    end = shanghai(2030, 6, 5)
    assert rules.since(make_facts(), end, None) == end
    assert rules.since(make_facts(), end - SECOND, None) == shanghai(2030, 3, 7)
    when = shanghai(2026, 1, 2, 3)
    suspended = make_facts(standing=Standing.SUSPENDED)
    assert rules.since(suspended, shanghai(2027, 1, 1), when) == when


def test_days_left_counts_the_last_day_as_zero():
    assert rules.days_left(date(2030, 6, 4), shanghai(2030, 6, 4, 12)) == 0
    assert rules.days_left(date(2030, 6, 4), shanghai(2030, 6, 3)) == 1


BODY = BodyView("b", "示例认证中心", "CNCA", True, ())


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"number": "AB"}, errors.NumberMalformed, "number"),
        ({"number": "<script>alert(1)</script>"}, errors.NumberMalformed, "number"),
        ({"valid_to": date(2025, 6, 5)}, errors.DatesReversed, "valid_to"),
        ({"valid_to": date(2030, 6, 6)}, errors.ValidityTooLong, "valid_to"),
        ({"valid_from": date(2020, 1, 1), "valid_to": date(2024, 1, 1)}, errors.AlreadyExpired,
         "valid_to"),
        ({"first_issued_on": date(2026, 1, 1)}, errors.FirstIssueAfterIssue, "first_issued_on"),
        ({"star": None}, errors.StarMissing, "star"),
        ({"star": 4}, errors.StarMissing, "star"),
        ({"scheme": Scheme.ACTIVITY1}, errors.StarNotInScheme, "star"),
        ({"kinds": ()}, errors.KindsMissing, "kinds"),
        ({"evidence_file_id": None}, errors.EvidenceMissing, "evidence"),
    ],
)  # fmt: skip
def test_an_impossible_certificate_is_refused_at_its_field(change, error, field):
    entry = make_entry("b", **{"evidence_file_id": "f", **change})
    with pytest.raises(error) as caught:
        rules.check_entry(entry, BODY, TODAY)
    assert caught.value.field == field


def test_five_years_and_leap_days_are_accepted():
    for start, end in (
        (date(2025, 6, 5), date(2030, 6, 4)),
        (date(2024, 2, 29), date(2029, 2, 28)),
        (date(2024, 2, 29), date(2029, 3, 1)),
    ):
        entry = make_entry("b", valid_from=start, valid_to=end, evidence_file_id="f")
        rules.check_entry(entry, BODY, TODAY)


def test_the_issuer_must_be_approved_and_stay_in_its_scope():
    entry = make_entry("b", evidence_file_id="f")
    with pytest.raises(errors.BodyNotApproved):
        rules.check_entry(entry, BodyView("b", "x", "", False, ()), TODAY)
    with pytest.raises(errors.KindOutsideBodyScope):
        rules.check_entry(entry, BodyView("b", "x", "", True, ("G202",)), TODAY)


def test_numbers_are_the_same_whatever_their_width_and_case():
    assert rules.number_key("cabr-01（02）-001 ") == rules.number_key("CABR-01(02)-001")
