"""What is wrong with a certificate beside everything known. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from market.certification import rules
from market.certification.registry_rows import problem_of
from market.certification.registry_types import RegistryRecord
from market.certification.types import BodyView
from market.kernel.i18n import N_

DUPLICATE, HOLDER, SCOPE = "duplicate_number", "holder_differs", "outside_scope"
TOO_LONG, STAR, REVERSED = "too_long", "star_differs", "dates_reversed"
PRODUCT = "product_outside_scope"
RULES = {
    DUPLICATE: N_("同一个编号还有别家在用：%(other)s"),
    HOLDER: N_("持有人是%(holder)s，商家是%(seller)s，没有授权记录"),
    SCOPE: N_("种类 %(kinds)s 不在发证机构的认证范围内"),
    TOO_LONG: N_("有效期从 %(begin)s 到 %(end)s，超过 5 年"),
    STAR: N_("星级是 %(here)s，登记库是 %(registry)s"),
    REVERSED: N_("登记库的日期前后颠倒：%(begin)s 到 %(end)s"),
    PRODUCT: N_("产品%(product)s不在证书范围内"),
}
# Found by other packages, which alone can say when they are over.
TOLD = (PRODUCT,)


@dataclass(frozen=True)
class Finding:
    """One thing found; the same fingerprint is the same finding."""

    rule: str
    fingerprint: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """A certificate and what surrounds it."""

    certificate: Any
    seller_name: str
    body: BodyView
    others: Sequence[str] = ()  # names of other sellers with the same number
    record: RegistryRecord | None = None


def findings(subject: Subject) -> list[Finding]:
    """Everything the rules say, in their order."""
    one, record = subject.certificate, subject.record
    found = [Finding(DUPLICATE, name[:200], {"other": name}) for name in subject.others]
    if one.holder_authorised_at is None and not rules.same_party(one.holder, subject.seller_name):
        params = {"holder": one.holder, "seller": subject.seller_name}
        found.append(Finding(HOLDER, rules.number_key(one.holder)[:200], params))
    outside = [code for code in one.kinds if not subject.body.covers(code)]
    if outside:
        found.append(Finding(SCOPE, ",".join(outside)[:200], {"kinds": ", ".join(outside)}))
    if one.valid_to > rules.five_years_after(one.valid_from):
        found.append(_dates(TOO_LONG, one))
    if record is not None:
        found += _beside(one, record)
    return found


def _beside(one: Any, record: RegistryRecord) -> list[Finding]:
    found = []
    problem = problem_of(record)
    if problem in (TOO_LONG, REVERSED):
        found.append(_dates(problem, record))
    if record.star != one.star:
        params = {"here": one.star or 0, "registry": record.star or 0}
        found.append(Finding(STAR, f"{one.star}-{record.star}", params))
    return found


def _dates(rule: str, one: Any) -> Finding:
    begin, end = one.valid_from.isoformat(), one.valid_to.isoformat()
    return Finding(rule, f"{begin}-{end}", {"begin": begin, "end": end})
