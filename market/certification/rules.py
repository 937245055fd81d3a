"""What a certificate is worth at an instant. Pure: facts and clock in, state out."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from market.certification.errors import (
    ActionNotPossible,
    AlreadyExpired,
    BodyNotApproved,
    DatesReversed,
    EvidenceMissing,
    FirstIssueAfterIssue,
    KindOutsideBodyScope,
    KindsMissing,
    NumberMalformed,
    StarMissing,
    StarNotInScheme,
    ValidityTooLong,
)
from market.certification.types import (
    BodyView,
    CertificateEntry,
    CertificateFacts,
    CertificateState,
    GateWindow,
    Review,
    Scheme,
    Standing,
)
from market.kernel.clock import end_of_day, shanghai_date, start_of_day
from market.kernel.i18n import N_

DUE_DAYS = 90
WATCH_DAYS = 60  # so long before its last day a surveillance is on the desks
MAX_YEARS = 5
_NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff()\[\]〔〕/.:_#&+\- ]{4,60}")
_STANDING_STATE = {
    Standing.REVOKED: CertificateState.REVOKED,
    Standing.CANCELLED: CertificateState.CANCELLED,
}

ASK, ANSWER, APPROVE, REFUSE = "ask", "answer", "approve", "refuse"
SUSPEND, REINSTATE, REVOKE, CANCEL = "suspend", "reinstate", "revoke", "cancel"

REVIEW_STEPS: dict[tuple[Review, str], Review] = {
    (Review.SUBMITTED, ASK): Review.CLARIFICATION,
    (Review.ANSWERED, ASK): Review.CLARIFICATION,
    (Review.CLARIFICATION, ANSWER): Review.ANSWERED,
    (Review.SUBMITTED, APPROVE): Review.APPROVED,
    (Review.ANSWERED, APPROVE): Review.APPROVED,
    (Review.SUBMITTED, REFUSE): Review.REFUSED,
    (Review.CLARIFICATION, REFUSE): Review.REFUSED,
    (Review.ANSWERED, REFUSE): Review.REFUSED,
}
STANDING_STEPS: dict[tuple[Standing, str], Standing] = {
    (Standing.IN_FORCE, SUSPEND): Standing.SUSPENDED,
    (Standing.SUSPENDED, REINSTATE): Standing.IN_FORCE,
    (Standing.IN_FORCE, REVOKE): Standing.REVOKED,
    (Standing.SUSPENDED, REVOKE): Standing.REVOKED,
    (Standing.IN_FORCE, CANCEL): Standing.CANCELLED,
    (Standing.SUSPENDED, CANCEL): Standing.CANCELLED,
}


def closes_at(valid_to: date) -> datetime:
    """The instant after the last valid day, in Shanghai."""
    return end_of_day(valid_to)


def due_from(valid_to: date) -> datetime:
    """The instant at which the last 90 days begin."""
    return closes_at(valid_to) - timedelta(days=DUE_DAYS)


def next_surveillance(valid_from: date, valid_to: date, after: date) -> date | None:
    """The first anniversary of the issue after a day by which the body must have looked again;
    None in the last year, which ends with the certificate itself."""
    for year in range(1, MAX_YEARS + 1):
        day = years_after(valid_from, year)
        if day >= valid_to:
            return None
        if day > after:
            return day
    return None


def state_at(certificate: CertificateFacts, at: datetime) -> CertificateState:
    """The state of a certificate at an instant.

    Withdrawals outlast expiry; expiry outlasts suspension, since nothing can lift it; and a
    suspension outlasts a surveillance not done.
    """
    if certificate.review is not Review.APPROVED:
        refused = certificate.review is Review.REFUSED
        return CertificateState.REFUSED if refused else CertificateState.PENDING
    if certificate.standing in _STANDING_STATE:
        return _STANDING_STATE[certificate.standing]
    if at >= closes_at(certificate.valid_to):
        return CertificateState.EXPIRED
    if certificate.standing is Standing.SUSPENDED:
        return CertificateState.SUSPENDED
    return _state_by_clock(certificate, at)


def _state_by_clock(certificate: CertificateFacts, at: datetime) -> CertificateState:
    if at < start_of_day(certificate.valid_from):
        return CertificateState.UPCOMING
    overdue_from = surveillance_overdue_from(certificate)
    if overdue_from is not None and at >= overdue_from:
        return CertificateState.SURVEILLANCE_OVERDUE
    if at >= due_from(certificate.valid_to):
        return CertificateState.DUE
    return CertificateState.VALID


def surveillance_overdue_from(certificate: CertificateFacts) -> datetime | None:
    """The instant from which the certificate is without its annual surveillance."""
    due_on = certificate.surveillance_due_on
    return None if due_on is None else closes_at(due_on)


def since(
    certificate: CertificateFacts, at: datetime, standing_since: datetime | None
) -> datetime | None:
    """When the present state began; None while the review is open or decided against."""
    state = state_at(certificate, at)
    beginnings = {
        CertificateState.VALID: start_of_day(certificate.valid_from),
        CertificateState.DUE: due_from(certificate.valid_to),
        CertificateState.SURVEILLANCE_OVERDUE: surveillance_overdue_from(certificate),
        CertificateState.EXPIRED: closes_at(certificate.valid_to),
        CertificateState.SUSPENDED: standing_since,
        CertificateState.REVOKED: standing_since,
        CertificateState.CANCELLED: standing_since,
    }
    return beginnings.get(state)


def days_left(valid_to: date, at: datetime) -> int:
    """Whole days until the last valid day; 0 on it, negative after it."""
    return (valid_to - shanghai_date(at)).days


def gate_window(certificate: CertificateFacts) -> GateWindow:
    """When the certificate lets goods be sold, as values a listing can copy.

    The window ends with the last valid day or, sooner, with the last day for the annual
    surveillance, so that a surveillance not done shuts the gate by the clock alone.
    """
    overdue_from = surveillance_overdue_from(certificate)
    ends = closes_at(certificate.valid_to)
    in_force = certificate.standing is Standing.IN_FORCE
    return GateWindow(
        opens_at=start_of_day(certificate.valid_from),
        closes_at=min(ends, overdue_from or ends),
        blocked=certificate.review is not Review.APPROVED or not in_force,
    )


def normal_number(text: str) -> str:
    """A certificate number as it is shown: half-width, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def is_number(number: str) -> bool:
    """Whether a text can be the number of a certificate."""
    return _NUMBER.fullmatch(normal_number(number)) is not None


def number_key(number: str) -> str:
    """What makes two numbers the same: no spaces, upper case."""
    return normal_number(number).replace(" ", "").upper()


def five_years_after(day: date) -> date:
    """The last valid day of a certificate issued on `day`, plus the issue day itself."""
    return years_after(day, MAX_YEARS)


def years_after(day: date, years: int) -> date:
    """The anniversary of a day; that of 29 February is 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)


def check_entry(entry: CertificateEntry, body: BodyView, today: date) -> None:
    """Refuse an entry that cannot be a true certificate; each error names its field."""
    if not is_number(entry.number):
        raise NumberMalformed(field="number")
    _check_dates(entry, today)
    if entry.scheme is Scheme.GRADED and entry.star not in (1, 2, 3):
        raise StarMissing(field="star")
    if entry.scheme is Scheme.ACTIVITY1 and entry.star is not None:
        raise StarNotInScheme(field="star")
    if not entry.kinds:
        raise KindsMissing(field="kinds")
    if not body.is_approved:
        raise BodyNotApproved(field="body_id")
    for kind in entry.kinds:
        if not body.covers(kind):
            raise KindOutsideBodyScope(field="kinds", kind=kind)
    if entry.evidence_file_id is None:
        raise EvidenceMissing(field="evidence")


def _check_dates(entry: CertificateEntry, today: date) -> None:
    if entry.valid_to <= entry.valid_from:
        raise DatesReversed(field="valid_to")
    if entry.valid_to > five_years_after(entry.valid_from):
        raise ValidityTooLong(field="valid_to")
    if entry.first_issued_on is not None and entry.first_issued_on > entry.valid_from:
        raise FirstIssueAfterIssue(field="first_issued_on")
    if entry.valid_to < today:
        raise AlreadyExpired(field="valid_to")


def anomalies(holder: str, seller_name: str, state: CertificateState) -> tuple[str, ...]:
    """What a reviewer should look at twice."""
    found = []
    if not same_party(holder, seller_name):
        found.append(N_("证书持有人和商家登记的名称不一样"))
    if state is CertificateState.DUE:
        found.append(N_("证书 90 天内到期"))
    if state is CertificateState.UPCOMING:
        found.append(N_("证书还没有到生效日期"))
    return tuple(found)


def covers_model(models: str, model: str) -> bool:
    """Whether a certificate's list of models names this one; no list covers every model."""
    listed = {number_key(one) for one in re.split(r"[,，、;；\n]+", models) if one.strip()}
    everything = any("全系列" in one or "ALLMODELS" in one for one in listed)
    return not listed or everything or not model.strip() or number_key(model) in listed


def same_party(holder: str, seller_name: str) -> bool:
    """Whether two company names are the same but for width, spaces and case."""
    return number_key(holder) == number_key(seller_name)


def review_after(review: Review, action: str) -> Review:
    """The review status after an action. Raises `ActionNotPossible`."""
    try:
        return REVIEW_STEPS[review, action]
    except KeyError:
        raise ActionNotPossible from None


def standing_after(review: Review, standing: Standing, action: str) -> Standing:
    """The standing after an action on an approved certificate. Raises `ActionNotPossible`."""
    if review is not Review.APPROVED or (standing, action) not in STANDING_STEPS:
        raise ActionNotPossible
    return STANDING_STEPS[standing, action]


def possible_actions(review: Review, standing: Standing) -> Sequence[str]:
    """What a reviewer may do now."""
    if review is Review.APPROVED:
        steps = (SUSPEND, REINSTATE, REVOKE, CANCEL)
        return [action for action in steps if (standing, action) in STANDING_STEPS]
    return [action for action in (APPROVE, ASK, REFUSE) if (review, action) in REVIEW_STEPS]
