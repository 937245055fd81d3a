"""What a batch is worth on a day. Pure."""

import unicodedata
from datetime import date, datetime, timedelta

from market.certification.types import CertificateState, CertificateView
from market.kernel.clock import end_of_day, start_of_day

# A batch that keeps may go out for ever; an instant far away stands for that.
NO_END = date(8999, 12, 31)


def normal_number(text: str) -> str:
    """A batch number as it is shown: half-width, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def number_key(text: str) -> str:
    """What makes two numbers the same: no spaces, upper case."""
    return normal_number(text).replace(" ", "").upper()


def may_go_out(
    *, has_report: bool, withdrawn: bool, held: bool, use_by: date | None, today: date
) -> bool:
    """Whether goods of a batch may be sent: tested, neither withdrawn nor held, not past its
    day."""
    return has_report and not withdrawn and not held and (use_by is None or today <= use_by)


def usable_until(use_by: date | None) -> datetime:
    """The instant from which a batch that may go out today may not any more."""
    return end_of_day(use_by or NO_END)


def noon(day: date) -> datetime:
    """The middle of a day: the instant a day's state is taken at."""
    return start_of_day(day) + timedelta(hours=12)


def state_then(view: CertificateView, day: date) -> str:
    """The state of a certificate on a day, given its view at that day's noon.

    A suspension or withdrawal that began after the day does not reach back to it.
    """
    by_issuer = (CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.CANCELLED)
    if view.state in by_issuer and view.since is not None and view.since > noon(day):
        inside = view.valid_from <= day <= view.valid_to
        return CertificateState.VALID if inside else CertificateState.EXPIRED
    return view.state
