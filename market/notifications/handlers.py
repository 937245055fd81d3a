"""Which event tells whom what. Handlers write rows only; nothing leaves before the commit."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.accounts.events import AccountDeleted
from market.certification.events import CertificateDue, CertificateReviewed, CertificateSubmitted
from market.inspections.events import AppealDecided, AppealMade, SpotCheckPublished
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.matching.events import (
    InvitationSent,
    NoQuotesByDeadline,
    QuoteReceived,
    RequestAwarded,
)
from market.notifications.service import forget_account, send
from market.notifications.texts import KINDS
from market.orders.events import (
    OrderCancelled,
    OrderConfirmed,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
    RemainderCancelled,
    SellerOrderShipped,
)
from market.payments.events import PaymentReturned
from market.promotions.events import PromotionExhausted
from market.providers.events import ProviderDecided, ProviderSubmitted
from market.renovations.events import RequestEnded
from market.sellers.events import (
    SellerApproved,
    SellerClarificationAsked,
    SellerRefused,
    SellerSubmitted,
)
from market.web.instant import present

# How an order will be paid -> what its household has to do.
PLACED = {"bank_transfer": "order_to_transfer", "cash_on_delivery": "order_on_delivery"}
# Orders ended by money that came too late: reason -> the kind of message of its refund.
LATE = {"late_payment": "late_payment_refunded", "late_discount": "late_discount_refunded",
        "late_place": "late_place_refunded"}  # fmt: skip


def _seller(session: Session, seller_id: str) -> list[str]:
    return accounts.members_of(session, "seller", seller_id)


def _crew(session: Session, provider_id: str) -> list[str]:
    return accounts.members_of(session, "provider", provider_id)


# Orders and payments


def on_order_placed(session: Session, event: Event) -> None:
    """The household knows what to pay and until when."""
    assert isinstance(event, OrderPlaced)
    params = {
        "code": event.code,
        "total_fen": event.total_fen,
        "held_until_at": event.held_until.isoformat(),
    }
    link = f"/orders/{event.order_id}"
    kind = PLACED.get(event.payment_method, "order_placed")
    send(session, [event.account_id], kind, params, link, key=event.order_id, now=event.at)


def on_order_confirmed(session: Session, event: Event) -> None:
    """The sellers may start."""
    assert isinstance(event, OrderConfirmed)
    members = accounts.members_of_all(session, "seller", event.seller_ids)
    for seller_id, people in members.items():
        send(
            session,
            people,
            "order_to_pack",
            {"code": event.code},
            "/seller/orders",
            key=f"{event.order_id}:{seller_id}",
            now=event.at,
        )


def on_order_paid(session: Session, event: Event) -> None:
    """The money arrived, for goods that can be sent."""
    assert isinstance(event, OrderPaid)
    if not event.confirmed:
        return
    params = {"code": event.code, "amount_fen": event.amount_fen}
    link = f"/orders/{event.order_id}"
    send(session, [event.account_id], "order_paid", params, link, key=event.order_id, now=event.at)


def on_shipped(session: Session, event: Event) -> None:
    """A parcel left."""
    assert isinstance(event, SellerOrderShipped)
    params = {
        "code": event.code,
        "seller": event.seller_name,
        "shipped": event.shipped,
        "wanted": event.wanted,
    }
    send(
        session,
        [event.account_id],
        "order_shipped",
        params,
        f"/orders/{event.order_id}",
        key=event.parcel_id,
        now=event.at,
    )


def on_order_cancelled(session: Session, event: Event) -> None:
    """The order is off, and so is the work of sellers who had begun.

    A payment that came too late has its own message with its refund.
    """
    assert isinstance(event, OrderCancelled)
    if event.reason in LATE:
        return
    kind = "order_expired" if event.expired else "order_cancelled"
    people = [event.account_id]
    if event.was_confirmed:
        people += [who for seller_id in event.seller_ids for who in _seller(session, seller_id)]
    for account_id in people:
        link = f"/orders/{event.order_id}" if account_id == event.account_id else "/seller/orders"
        params = {"code": event.code, "reason": event.reason or "-"}
        send(session, [account_id], kind, params, link, key=event.order_id, now=event.at)


def on_remainder_cancelled(session: Session, event: Event) -> None:
    """A seller gives up what had not left."""
    assert isinstance(event, RemainderCancelled)
    params = {
        "code": event.code,
        "seller": event.seller_name,
        "packs": event.packs,
        "reason": event.reason,
    }
    send(
        session,
        [event.account_id],
        "order_part_cancelled",
        params,
        f"/orders/{event.order_id}",
        key=f"{event.seller_order_id}:{event.at.isoformat()}",
        now=event.at,
    )


def on_order_refunded(session: Session, event: Event) -> None:
    """Money goes back; a reduction of what is still to pay needs no message of its own."""
    assert isinstance(event, OrderRefunded)
    if event.kind != "refund":
        return
    kind = LATE.get(event.reason, "order_refunded")
    params = {"code": event.code, "amount_fen": event.amount_fen, "reason": event.reason}
    send(
        session,
        [event.account_id],
        kind,
        params,
        f"/orders/{event.order_id}",
        key=event.refund_id,
        now=event.at,
    )


def on_payment_returned(session: Session, event: Event) -> None:
    """Money nobody needed goes back."""
    assert isinstance(event, PaymentReturned)
    send(
        session,
        [event.account_id],
        "payment_returned",
        {"amount_fen": event.amount_fen},
        f"/orders/{event.order_id}",
        key=event.payment_id,
        now=event.at,
    )


# Certificates, sellers, promotions


def on_certificate_due(session: Session, event: Event) -> None:
    """Ninety days are enough to renew it."""
    assert isinstance(event, CertificateDue)
    params = {
        "number": event.number,
        "days": event.days_left,
        "valid_to": event.valid_to.isoformat(),
    }
    send(
        session,
        _seller(session, event.seller_id),
        "certificate_due",
        params,
        f"/seller/certificates/{event.certificate_id}",
        key=event.certificate_id,
        now=present(),
    )


def on_spot_check_published(session: Session, event: Event) -> None:
    """The maker learns the result; of a failure, everyone who bought or sells the product too."""
    assert isinstance(event, SpotCheckPublished)
    due = event.recheck_due_on
    params = {"product": event.product_name, "batch": event.batch_no,
              "day": due.isoformat() if due else ""}  # fmt: skip
    verdict = "spot_check_passed_maker" if event.passed else "spot_check_failed_maker"
    link = f"/seller/spot-checks/{event.check_id}"
    send(
        session, _seller(session, event.maker_id), verdict, params, link,
        key=event.check_id, now=present(),
    )  # fmt: skip
    if not event.passed:
        send(
            session, event.buyers, "spot_check_failed", params,
            f"/spot-checks/{event.check_id}", key=event.check_id, now=present(),
        )  # fmt: skip
    for shop in event.shops:
        send(
            session, _seller(session, shop), "spot_check_failed_shop", params,
            f"/spot-checks/{event.check_id}", key=f"{event.check_id}-{shop}", now=present(),
        )  # fmt: skip


def on_appeal_made(session: Session, event: Event) -> None:
    """The officials of the region decide about it."""
    assert isinstance(event, AppealMade)
    officials = accounts.officials_of(session, RegionCode(event.region_code))
    send(
        session, officials, "appeal_made", {"product": event.product_name},
        f"/official/spot-checks/{event.check_id}", key=event.appeal_id, now=present(),
    )  # fmt: skip


def on_appeal_decided(session: Session, event: Event) -> None:
    """The maker learns the decision."""
    assert isinstance(event, AppealDecided)
    kind = "appeal_upheld" if event.upheld else "appeal_rejected"
    params = {"product": event.product_name, "reason": event.reason}
    send(
        session, _seller(session, event.maker_id), kind, params,
        f"/seller/spot-checks/{event.check_id}", key=event.appeal_id, now=present(),
    )  # fmt: skip


def on_certificate_reviewed(session: Session, event: Event) -> None:
    """The verdict of the review."""
    assert isinstance(event, CertificateReviewed)
    kind = f"certificate_{event.outcome}"
    if kind not in KINDS:
        return
    now = present()
    send(
        session,
        _seller(session, event.seller_id),
        kind,
        {"reason": event.reason},
        f"/seller/certificates/{event.certificate_id}",
        key=f"{event.certificate_id}:{now.isoformat()}",
        now=now,
    )


def on_seller_approved(session: Session, event: Event) -> None:
    """The shop is open."""
    assert isinstance(event, SellerApproved)
    _tell_seller(session, event.seller_id, "seller_approved", "", "/seller")


def on_seller_asked(session: Session, event: Event) -> None:
    """The reviewer has a question."""
    assert isinstance(event, SellerClarificationAsked)
    link = f"/seller/apply/{event.seller_id}"
    _tell_seller(session, event.seller_id, "seller_clarification", event.question, link)


def on_seller_refused(session: Session, event: Event) -> None:
    """The application was refused."""
    assert isinstance(event, SellerRefused)
    link = f"/seller/apply/{event.seller_id}"
    _tell_seller(session, event.seller_id, "seller_refused", event.reason, link)


def _tell_seller(session: Session, seller_id: str, kind: str, reason: str, link: str) -> None:
    now = present()
    people = _seller(session, seller_id)
    key = f"{seller_id}:{now.isoformat()}"
    send(session, people, kind, {"reason": reason}, link, key=key, now=now)


def on_promotion_exhausted(session: Session, event: Event) -> None:
    """The budget is spent: who made it and who sells under it should know."""
    assert isinstance(event, PromotionExhausted)
    people = [event.created_by] if event.created_by else []
    if event.seller_id:
        people += _seller(session, event.seller_id)
    known = [who for who in people if accounts.find_account(session, who) is not None]
    link = f"/seller/promotions/{event.promotion_id}" if event.seller_id else "/promotions"
    params = {"name": event.name}
    # A budget that was raised can run out again.
    key = f"{event.promotion_id}:{event.budget_fen}"
    send(session, known, "promotion_exhausted", params, link, key=key, now=present())


# Applications, for the officials of the place


def on_seller_submitted(session: Session, event: Event) -> None:
    """A seller's application waits."""
    assert isinstance(event, SellerSubmitted)
    link = f"/official/sellers/{event.seller_id}"
    _tell_officials(session, event.region, "seller_submitted", {"name": event.name}, link)


def on_certificate_submitted(session: Session, event: Event) -> None:
    """A certificate waits."""
    assert isinstance(event, CertificateSubmitted)
    link = f"/official/certificates/{event.certificate_id}"
    params = {"number": event.number}
    _tell_officials(session, event.region, "certificate_submitted", params, link)


def on_provider_submitted(session: Session, event: Event) -> None:
    """A crew's application waits."""
    assert isinstance(event, ProviderSubmitted)
    link = f"/official/providers/{event.provider_id}"
    region = RegionCode(event.region)
    _tell_officials(session, region, "provider_submitted", {"name": event.name}, link)


def _tell_officials(
    session: Session, region: RegionCode, kind: str, params: dict[str, str], link: str
) -> None:
    """Those whose region contains the place; each submission is a message of its own."""
    now = present()
    people = accounts.officials_of(session, region)
    send(session, people, kind, params, link, key=f"{link}:{now.isoformat()}", now=now)


# Renovation


def on_provider_decided(session: Session, event: Event) -> None:
    """The verdict on a crew."""
    assert isinstance(event, ProviderDecided)
    kind = PROVIDER_VERDICTS.get(event.verdict)
    if kind is None:
        return
    now = present()
    send(
        session,
        _crew(session, event.provider_id),
        kind,
        {"reason": event.reason},
        "/provider/profile",
        key=f"{event.provider_id}:{now.isoformat()}",
        now=now,
    )


PROVIDER_VERDICTS = {
    "approve": "provider_approved",
    "ask": "provider_clarification",
    "refuse": "provider_refused",
    "suspend": "provider_suspended",
    "reinstate": "provider_reinstated",
}


def on_invitation_sent(session: Session, event: Event) -> None:
    """A crew is asked to quote."""
    assert isinstance(event, InvitationSent)
    send(
        session,
        _crew(session, event.provider_id),
        "invitation",
        {"expires_at": event.expires_at.isoformat()},
        f"/provider/requests/{event.request_id}",
        key=event.invitation_id,
        now=present(),
    )


def on_quote_received(session: Session, event: Event) -> None:
    """A quote, or a new version of it, came in."""
    assert isinstance(event, QuoteReceived)
    send(
        session,
        [event.household_id],
        "quote",
        {"provider": event.provider_name, "total_fen": event.total_fen},
        f"/requests/{event.request_id}/quotes/{event.quote_id}",
        key=f"{event.quote_id}:{event.version}",
        now=present(),
    )


def on_request_awarded(session: Session, event: Event) -> None:
    """One crew won; the others learn the outcome only."""
    assert isinstance(event, RequestAwarded)
    now, link = present(), f"/provider/requests/{event.request_id}"
    winners = _crew(session, event.provider_id)
    send(session, winners, "award_won", {}, link, key=event.request_id, now=now)
    others = [who for crew in event.other_provider_ids for who in _crew(session, crew)]
    send(session, others, "award_lost", {}, link, key=event.request_id, now=now)


def on_request_ended(session: Session, event: Event) -> None:
    """Crews that held a place or had quoted need not wait any longer."""
    assert isinstance(event, RequestEnded)
    kind = "request_expired" if event.expired else "request_closed"
    people = [who for crew in event.provider_ids for who in _crew(session, crew)]
    link = f"/provider/requests/{event.request_id}"
    send(session, people, kind, {}, link, key=event.request_id, now=event.at)


def on_no_quotes(session: Session, event: Event) -> None:
    """Too few quotes came: the household and the county should know."""
    assert isinstance(event, NoQuotesByDeadline)
    now, params = present(), {"quotes": event.quotes}
    if event.household_id:
        link = f"/requests/{event.request_id}"
        send(
            session, [event.household_id], "no_quotes", params, link, key=event.request_id, now=now
        )
    officials = accounts.officials_of(session, RegionCode(event.region))
    link = f"/official/requests/{event.request_id}"
    send(session, officials, "no_quotes_official", params, link, key=event.request_id, now=now)


def on_account_deleted(session: Session, event: Event) -> None:
    """Messages are personal: they go with the account."""
    assert isinstance(event, AccountDeleted)
    forget_account(session, event.account_id)
