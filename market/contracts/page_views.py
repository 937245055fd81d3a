"""The page of a contract with all its forms; shown again with the one that was refused."""

from typing import Any

from market.contracts import queries, wording
from market.contracts.forms import CancelContractForm, DecideForm, ReportForm, ReworkForm, SignForm
from market.contracts.types import (
    CONTRACT_LABELS,
    CONTRACT_TONES,
    DECISION_LABELS,
    MILESTONE_LABELS,
    PARTY_LABELS,
)
from market.db.session import reading
from market.renovations import queries as renovations
from market.renovations.types import LINE_KINDS
from market.web import context
from market.web.templating import render


def words() -> dict[str, Any]:
    """What every template of contracts says things with."""
    return {
        "labels": CONTRACT_LABELS,
        "tones": CONTRACT_TONES,
        "milestone_labels": MILESTONE_LABELS,
        "party_labels": PARTY_LABELS,
        "decision_labels": DECISION_LABELS,
        "line_kinds": LINE_KINDS,
        "items": renovations.work_items(),
        "wording": wording,
        "days": context.settings().goods_decision_days,
    }


def contract(contract_id: str, **refused: Any) -> str:
    """The page; `refused` are forms to show with what is wrong, by name. For `decide` the part
    it is about comes as `decide_part`."""
    with reading() as session:
        page = queries.contract_page(session, context.actor(), contract_id)
    sign = refused.get("sign") or SignForm(formdata=None)
    if "sign" not in refused:
        sign.version.data = page.contract.version
    wrong = next((form for form in refused.values() if hasattr(form, "all_errors")), None)
    return render(
        "contracts/show_contract.html",
        page=page,
        sign=sign,
        report=refused.get("report") or ReportForm(formdata=None),
        rework=refused.get("rework") or ReworkForm(formdata=None),
        cancel=refused.get("cancel") or CancelContractForm(formdata=None),
        decide=refused.get("decide"),
        decide_part=refused.get("decide_part", ""),
        new_decide=lambda part: DecideForm(formdata=None, prefix=f"{part}-"),
        wrong=wrong,
        coming=wording.coming(page),
        **words(),
    )
