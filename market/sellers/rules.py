"""Pure checks of an application."""

import unicodedata

from market.kernel.i18n import N_
from market.sellers.types import ApplicationFacts, ChecklistItem

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUE = {char: value for value, char in enumerate(_CREDIT_ALPHABET)}
_CREDIT_LENGTH = 18


def normal_credit_code(text: str) -> str:
    """The code as it is stored: half-width, upper case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def credit_check_digit(first_17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015, modulus 31).

    Raises ValueError when `first_17` is not 17 characters of the code's alphabet.
    """
    if len(first_17) != _CREDIT_LENGTH - 1 or any(c not in _CREDIT_VALUE for c in first_17):
        raise ValueError("not the first 17 characters of a credit code")
    total = sum(_CREDIT_VALUE[c] * pow(3, i, 31) for i, c in enumerate(first_17))
    return _CREDIT_ALPHABET[-total % 31]


def is_credit_code(code: str) -> bool:
    """Whether `code` (normalised) carries its own check digit."""
    if len(code) != _CREDIT_LENGTH or any(c not in _CREDIT_VALUE for c in code):
        return False
    return credit_check_digit(code[:-1]) == code[-1]


def checklist(facts: ApplicationFacts) -> tuple[ChecklistItem, ...]:
    """Everything an application needs, in the order it is asked, with what is missing."""
    return (
        ChecklistItem("company", N_("企业名称与统一社会信用代码"), _company(facts)),
        ChecklistItem(
            "licence",
            N_("营业执照"),
            None if facts.has_licence else N_("还没有上传营业执照"),
        ),
        ChecklistItem(
            "contact",
            N_("联系人"),
            None if facts.contact_name and facts.contact_phone else N_("还没有填联系人和手机号"),
        ),
        ChecklistItem("returns", N_("退货地址"), _returns(facts)),
        ChecklistItem(
            "payout",
            N_("收款账户"),
            None if facts.payout_account and facts.payout_bank else N_("还没有填收款账户"),
        ),
        ChecklistItem(
            "pledges",
            N_("发货承诺"),
            None if facts.delivery_pledged else N_("还没有同意发货承诺"),
        ),
        ChecklistItem(
            "pledges",
            N_("强制性标准确认"),
            None if facts.standards_acknowledged else N_("还没有确认产品符合强制性国家标准"),
        ),
    )


def open_items(facts: ApplicationFacts) -> tuple[ChecklistItem, ...]:
    """The items that still block submitting."""
    return tuple(item for item in checklist(facts) if not item.done)


def _company(facts: ApplicationFacts) -> str | None:
    if not facts.name:
        return N_("还没有填企业名称")
    if not facts.credit_code:
        return N_("还没有填统一社会信用代码")
    if not is_credit_code(facts.credit_code):
        return N_("统一社会信用代码的校验位不对")
    return None


def _returns(facts: ApplicationFacts) -> str | None:
    filled = (
        facts.returns_recipient,
        facts.returns_phone,
        facts.returns_region,
        facts.returns_detail,
    )
    return None if all(filled) else N_("还没有填完整的退货地址")
