"""What may be published and what households may see. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from market.catalogue.cited import Cited, Unread
from market.catalogue.contents import broken, decoded
from market.catalogue.local_areas import areas_of, open_somewhere
from market.catalogue.types import Blocker, KindView, ListingState, ProductState, ProductView
from market.certification.types import CertificateState, CertificateView
from market.kernel.clock import shanghai_date
from market.kernel.money import Fen

NOT_CERTIFIABLE, WITHOUT_STARS = -1, 0

_CERTIFICATE_PROBLEMS = {
    CertificateState.PENDING: "certificate_pending",
    CertificateState.REFUSED: "certificate_refused",
    CertificateState.UPCOMING: "certificate_upcoming",
    CertificateState.SURVEILLANCE_OVERDUE: "certificate_surveillance_overdue",
    CertificateState.EXPIRED: "certificate_expired",
    CertificateState.SUSPENDED: "certificate_suspended",
    CertificateState.REVOKED: "certificate_revoked",
    CertificateState.CANCELLED: "certificate_cancelled",
}

TRANSITIONS: dict[str, dict[str, str]] = {
    "publish": {"draft": "live", "paused": "live"},
    "pause": {"live": "paused"},
    "archive": {"draft": "archived", "live": "archived", "paused": "archived"},
    "restore": {"archived": "draft"},
}


def unit_price_milli_fen(price_fen: Fen, pack_size: Decimal) -> int:
    """Thousandths of a fen for one declared unit, rounded half up; at least 1."""
    exact = Decimal(price_fen) * 1000 / pack_size
    return max(1, int(exact.to_integral_value(ROUND_HALF_UP)))


def unit_weight_g(weight_g: int, pack_size: Decimal) -> int:
    """Grams of one declared unit, rounded half up; at least 1."""
    exact = Decimal(weight_g) / pack_size
    return max(1, int(exact.to_integral_value(ROUND_HALF_UP)))


def next_state(state: str, verb: str) -> str | None:
    """Where a product or listing goes from `state` by `verb`; None when it cannot."""
    return TRANSITIONS[verb].get(state)


def star_of(certifiable: bool, star: int | None) -> int:
    """The star column of a listing."""
    if not certifiable:
        return NOT_CERTIFIABLE
    return star or WITHOUT_STARS


def certificate_fits(certificate: CertificateView, maker_id: str, kind_code: str) -> str | None:
    """Why a certificate cannot stand for this maker's product of this kind; None when it can."""
    if certificate.seller_id != maker_id:
        return "certificate_of_other"
    if kind_code not in certificate.kinds:
        return "certificate_other_kind"
    return None


def gate_blockers(
    product: ProductView, kind: KindView, certificate: CertificateView | None, now: datetime
) -> list[Blocker]:
    """Everything that shuts the gate for a product at `now`, the instant of the certificate's
    view, the gravest first; each with the day it began ("since"), None where nobody knows."""
    found = []
    if product.held_since is not None:
        found.append(Blocker("spot_check_failed", {"since": _day(product.held_since)}))
    if product.barred_until is not None and now < product.barred_until:
        params = {"since": _day(product.barred_since), "until": _day(product.barred_until)}
        found.append(Blocker("kind_barred", params))
    if product.unfit_from is not None and now >= product.unfit_from:
        found += _unfit_blockers(product.contents, product.unfit_from, shanghai_date(now))
    return found + _paper_blockers(product, kind, certificate, now)


def _day(instant: datetime | None) -> str | None:
    return shanghai_date(instant).isoformat() if instant is not None else None


def _unfit_blockers(contents: Any, unfit_from: datetime, today: date) -> list[Blocker]:
    """What the register of substances says against a product; `contents` as values or stored."""
    read = contents if isinstance(contents, tuple) else decoded(contents)
    found = []
    for content, rule in broken(read, today):
        params = {
            "name": {"name_zh": content.name_zh, "name_en": content.name_en},
            "value": f"{content.value} {content.unit}", "limit": f"{rule.limit} {rule.unit}",
            "since": rule.from_on.isoformat(),
        }  # fmt: skip
        found.append(Blocker(f"substance_{rule.breaks}", params))
    # A rule that was looser from today on opens the gate when the register is gone through.
    return found or [Blocker("substance_checked_again", {"since": _day(unfit_from)})]


def _paper_blockers(
    product: ProductView, kind: KindView, certificate: CertificateView | None, now: datetime
) -> list[Blocker]:
    if not kind.certifiable:
        missing = []
        if not product.standard:
            missing.append(Blocker("standard_missing"))
        if product.report_file_id is None:
            missing.append(Blocker("report_missing"))
        return missing
    if certificate is None:
        return _local_blockers(product, now)
    misfit = certificate_fits(certificate, product.maker_id, product.kind_code)
    if misfit:
        return [Blocker(misfit, {"number": certificate.number})]
    problem = _CERTIFICATE_PROBLEMS.get(certificate.state)
    if problem:
        watched = certificate.surveillance_due_on
        params = {"number": certificate.number, "day": certificate.valid_to.isoformat(),
                  "since": _day(certificate.since),
                  "from_day": certificate.valid_from.isoformat(),
                  "surveillance_day": watched.isoformat() if watched else ""}  # fmt: skip
        return [Blocker(problem, params)]
    return []


def _local_blockers(product: ProductView, now: datetime) -> list[Blocker]:
    """Without a certificate only a local list opens the gate; where is asked with the place."""
    if not product.local_areas:
        return [Blocker("certificate_missing")]
    if open_somewhere(product.local_areas, now):
        return []
    areas = areas_of(product.local_areas)
    ended = max((one.closes_at for one in areas if one.closes_at <= now), default=None)
    return [Blocker("local_ended", {"since": _day(ended)})]


def product_blockers(
    product: ProductView,
    kind: KindView,
    certificate: CertificateView | None,
    *,
    variants: int,
    maker_open: bool,
    unread: Sequence[Unread] = (),
    now: datetime,
) -> list[Blocker]:
    """Everything that keeps a product from being published, in the order to deal with it."""
    found = [] if maker_open else [Blocker("seller_not_approved")]
    if not kind.is_open:
        found.append(Blocker("kind_closed"))
    found += gate_blockers(product, kind, certificate, now)
    if kind.traced and not (product.batches_until and now < product.batches_until):
        found.append(Blocker("batch_missing"))
    if product.manual_version is None:
        found.append(Blocker("manual_missing"))
    if variants == 0:
        found.append(Blocker("variant_missing"))
    return found + standard_blockers(product.cited, unread, shanghai_date(now))


def standard_blockers(
    cited: Sequence[Cited], unread: Sequence[Unread], today: date
) -> list[Blocker]:
    """What standards keep from being published today: what cites an edition that is over, and
    what its maker has not read."""
    found = []
    for one in cited:
        if one.keeps_back(today) and one.ended_on is not None:
            params = {"code": one.code, "since": one.ended_on.isoformat(), "by": one.by}
            found.append(Blocker("standard_superseded" if one.by else "standard_withdrawn", params))
    found += [
        Blocker("standard_unread", {"code": one.code, "day": one.effective_on.isoformat()})
        for one in unread
        if one.effective_on <= today
    ]
    return found


@dataclass(frozen=True)
class ListingFacts:
    """What decides whether households see a listing, apart from the gate."""

    state: str
    product_state: str
    seller_suspended: bool
    in_stock: bool = True
    variant_open: bool = True
    seller_open: bool = True


def listing_blockers(facts: ListingFacts, gate: Sequence[Blocker]) -> list[Blocker]:
    """Everything that hides a listing, whatever its own state; empty when only the state does."""
    found = []
    if facts.seller_suspended:
        found.append(Blocker("seller_suspended"))
    elif not facts.seller_open:
        found.append(Blocker("seller_not_approved"))
    if facts.product_state != ProductState.LIVE:
        found.append(Blocker(f"product_{facts.product_state}"))
    return found + list(gate)


def unsellable_reason(facts: ListingFacts, gate: Sequence[Blocker]) -> str | None:
    """The first reason why a listing cannot be bought now; None when it can (stock aside)."""
    if facts.state != ListingState.LIVE:
        return f"listing_{facts.state}"
    blockers = listing_blockers(facts, gate)
    return blockers[0].code if blockers else None


def in_window(opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Whether an instant lies in a gate's window: the opening is in, the closing is out."""
    return opens_at <= at < closes_at
