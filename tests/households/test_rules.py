"""What a number looks like, what is kept of it, and what is shown."""

import pytest

from market.households import rules
from market.households.errors import (
    BookletNumberUnread,
    IdentityNumberGiven,
    PropertyNumberUnread,
)
from market.households.types import NumberKind
from market.kernel.region_code import RegionCode

BOOKLET, PROPERTY = NumberKind.BOOKLET, NumberKind.PROPERTY
HERE, NEAR, FAR = RegionCode("130624104"), RegionCode("130624103"), RegionCode("510121100")


@pytest.mark.parametrize(
    ("kind", "typed", "meant"),
    [
        (BOOKLET, " 1306 2401 5 ", "130624015"),
        (BOOKLET, "１３０６２４０１５", "130624015"),
        (BOOKLET, "dx-0624015", "DX0624015"),
        (PROPERTY, "冀（2023）定兴县 不动产权第0001234号", "冀(2023)定兴县不动产权第0001234号"),
        (PROPERTY, "冀〔2023〕定兴县不动产权第0001234号", "冀(2023)定兴县不动产权第0001234号"),
    ],
)
def test_one_number_has_one_form(kind, typed, meant):
    assert rules.normalised(kind, typed) == meant


@pytest.mark.parametrize("typed", ["", "12345", "不知道", "000000000", "1" * 21, "ABCDEFGH"])
def test_what_is_no_booklet_number_is_refused(typed):
    with pytest.raises(BookletNumberUnread):
        rules.normalised(BOOKLET, typed)


@pytest.mark.parametrize("typed", ["不动产权第号", "号12345", "0000000号"])
def test_what_is_no_certificate_number_is_refused(typed):
    with pytest.raises(PropertyNumberUnread):
        rules.normalised(PROPERTY, typed)


@pytest.mark.parametrize("kind", [BOOKLET, PROPERTY])
def test_the_number_of_a_person_is_never_taken(kind):
    assert rules.is_identity("11010519491231002X")
    with pytest.raises(IdentityNumberGiven):
        rules.normalised(kind, "110105 19491231 002x")


def test_eighteen_digits_that_are_no_identity_are_taken():
    assert not rules.is_identity("110105194912310021")
    assert rules.normalised(BOOKLET, "110105194912310021")


def test_booklets_are_told_apart_by_county_and_certificates_are_not():
    def digest(kind, town):
        return rules.digest("secret", kind, town, "130624015")

    assert digest(BOOKLET, HERE) == digest(BOOKLET, NEAR) != digest(BOOKLET, FAR)
    assert digest(PROPERTY, HERE) == digest(PROPERTY, FAR) != digest(BOOKLET, HERE)
    assert digest(BOOKLET, HERE) != rules.digest("another", BOOKLET, HERE, "130624015")


@pytest.mark.parametrize(("number", "shown"), [("130624015", "4015"), ("123456", "3456"[-3:])])
def test_never_more_than_half_of_a_number_is_shown(number, shown):
    assert rules.last4(number) == shown
