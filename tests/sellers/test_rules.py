"""Credit codes, the checklist and the table of states."""

import pytest

from market.sellers import rules, states
from market.sellers.errors import ActionNotPossible
from market.sellers.types import ApplicationFacts, SellerState


def make_facts(**overrides):
    values = {
        "name": "厂", "credit_code": "914403001922038216", "has_licence": True,
        "contact_name": "王", "contact_phone": "13812345678", "returns_recipient": "王",
        "returns_phone": "13812345678", "returns_region": "130624", "returns_detail": "1 号",
        "payout_holder": "厂", "payout_bank": "银行", "payout_account": "62220000",
        "delivery_pledged": True, "standards_acknowledged": True, **overrides,
    }  # fmt: skip
    return ApplicationFacts(**values)


@pytest.mark.parametrize("code", ["914403001922038216", "91110000802100433B"])
def test_real_credit_codes_pass(code):
    assert rules.is_credit_code(code)


@pytest.mark.parametrize(
    "code", ["", "914403001922038217", "91440300192203821", "91440300192203821I", "x" * 18]
)
def test_a_code_with_a_wrong_check_digit_or_shape_fails(code):
    assert not rules.is_credit_code(code)


def test_every_single_wrong_character_is_noticed():
    good = "914403001922038216"
    for place in range(18):
        for other in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            wrong = good[:place] + other + good[place + 1 :]
            assert rules.is_credit_code(wrong) == (wrong == good)


def test_full_width_and_spaces_are_read():
    assert rules.normal_credit_code(" 9144 0300１922038216") == "914403001922038216"


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"credit_code": ""}, "还没有填统一社会信用代码"),
        ({"credit_code": "914403001922038217"}, "统一社会信用代码的校验位不对"),
        ({"has_licence": False}, "还没有上传营业执照"),
        ({"contact_phone": ""}, "还没有填联系人和手机号"),
        ({"returns_region": ""}, "还没有填完整的退货地址"),
        ({"payout_account": ""}, "还没有填收款账户"),
        ({"delivery_pledged": False}, "还没有同意发货承诺"),
        ({"standards_acknowledged": False}, "还没有确认产品符合强制性国家标准"),
    ],
)
def test_each_open_item_says_what_is_missing(missing, reason):
    assert [item.reason for item in rules.open_items(make_facts(**missing))] == [reason]


def test_a_complete_application_has_no_open_item():
    assert rules.open_items(make_facts()) == ()


def test_the_table_refuses_every_other_step():
    allowed = set(states.TRANSITIONS)
    for state in SellerState:
        for action in (*states.REVIEW_ACTIONS, states.SUBMIT, states.ANSWER):
            if (state, action) not in allowed:
                with pytest.raises(ActionNotPossible):
                    states.after(state, action)


def test_refused_is_the_end():
    assert states.possible(SellerState.REFUSED) == ()
