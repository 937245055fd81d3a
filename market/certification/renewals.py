"""Whether one certificate renews another. Pure."""

from market.certification import rules
from market.certification.types import CertificateState, CertificateView
from market.kernel.i18n import N_

PROBLEMS = {
    "not_in_force": N_("新证书现在不是有效状态"),
    "never_in_force": N_("旧证书没有通过过审核"),
    "withdrawn": N_("旧证书被暂停、撤销或者注销，它的产品要一个一个重新审核"),
    "not_later": N_("新证书的有效期没有比旧的更晚"),
    "other_holder": N_("两张证书的持有人不一样"),
    "other_body": N_("两张证书的发证机构不一样"),
    "other_scheme": N_("两张证书的认证类别不一样"),
    "star_lower": N_("新证书的星级比旧的低"),
}
_WITHDRAWN = (CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.CANCELLED)
_NEVER = (CertificateState.PENDING, CertificateState.REFUSED)


def problem(old: CertificateView, new: CertificateView) -> str:
    """The code of why `new` cannot simply take the place of `old`; empty when it can."""
    checks = {
        "not_in_force": new.is_in_force,
        "never_in_force": old.state not in _NEVER,
        "withdrawn": old.state not in _WITHDRAWN,
        "not_later": new.valid_to > old.valid_to,
        "other_holder": rules.same_party(old.holder, new.holder),
        "other_body": old.issuer_name == new.issuer_name,
        "other_scheme": old.scheme is new.scheme,
        "star_lower": (new.star or 0) >= (old.star or 0),
    }
    return next((code for code, holds in checks.items() if not holds), "")


def same_number(old: CertificateView, new: CertificateView) -> bool:
    """Whether the newer certificate prolongs the older one's number."""
    return rules.number_key(old.number) == rules.number_key(new.number)
