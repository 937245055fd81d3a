"""All reactions to all events, on one page: event -> handlers, run in the same transaction."""

from collections.abc import Mapping, Sequence

from market.accounts.events import AccountDeleted, ConsentWithdrawn, SignedOut
from market.adoptions import service as adoptions
from market.adoptions.events import (
    AdoptionDecided,
    AdoptionWaits,
    DifferencesFound,
    UsageDecided,
    UsageWaits,
)
from market.api import service as api
from market.bundles import queries as bundle_queries
from market.bundles import service as bundles
from market.bundles.events import BundleDecided, BundleSubmitted, OptionLost, SlotEmptied
from market.carts import service as carts
from market.catalogue import queries as catalogue_queries
from market.catalogue import service as catalogue
from market.catalogue.events import (
    AdmissionDecided,
    GoodsChanged,
    KindChanged,
    ListingChanged,
    ProductChangeDecided,
    ProductChangeSubmitted,
    ProductsFilled,
)
from market.certification import handlers as certification
from market.certification import service as certificates
from market.certification.events import (
    AnomalyDecided,
    CertificateChanged,
    CertificateDue,
    CertificateReviewed,
    CertificateSubmitted,
    StandingDecided,
)
from market.checkout import service as checkout
from market.checkout import settle
from market.contracts import queries as contract_queries
from market.contracts import service as contracts
from market.contracts.events import ContractMoved
from market.demonstrations.events import OrderShown, ProjectDecided, ProjectSubmitted
from market.factories.events import ClaimDecided, ClaimSubmitted
from market.footprints.events import DeclarationDecided, DeclarationSubmitted
from market.handovers import queries as handover_queries
from market.handovers import service as handovers
from market.handovers.events import GoodsArrived, GoodsFetched, GoodsWaiting
from market.households import service as households
from market.households.events import (
    HouseholdJoined,
    MemberDecided,
    MemberObjected,
    MemberSeparated,
)
from market.inspections import queries as inspection_queries
from market.inspections.events import (
    AppealDecided,
    AppealMade,
    RecheckDue,
    RecheckOverdue,
    SpotCheckPublished,
)
from market.kernel.events import Event, Handler
from market.matching import service as matching
from market.matching.events import (
    InvitationSent,
    NoQuotesByDeadline,
    QuoteReceived,
    RequestAwarded,
)
from market.notifications import adoption_handlers as tell_adoption
from market.notifications import aid_handlers as tell_claimant
from market.notifications import campaign_handlers as tell_campaign
from market.notifications import carbon_handlers as tell_carbon
from market.notifications import certificate_handlers as tell_holder
from market.notifications import change_handlers as tell_maker
from market.notifications import contract_handlers as tell_party
from market.notifications import demonstration_handlers as tell_project
from market.notifications import factory_handlers as tell_factory
from market.notifications import handlers as tell
from market.notifications import household_handlers as tell_household
from market.notifications import pick_handlers as tell_office
from market.notifications import pickup_handlers as tell_fetcher
from market.notifications import promotion_handlers as tell_buyer
from market.notifications import recheck_handlers as tell_recheck
from market.notifications import share_handlers as tell_share
from market.notifications import standard_handlers as tell_standard
from market.notifications import substance_handlers as tell_about
from market.notifications import supplier_handlers as tell_supplier
from market.notifications import trace_handlers as tell_of
from market.orders import queries as order_queries
from market.orders import service as order_service
from market.orders.events import (
    ClaimReduced,
    DeliveryPlanned,
    OrderCancelled,
    OrderConfirmed,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
    RemainderCancelled,
    SellerOrderReceived,
    SellerOrderShipped,
)
from market.payments.events import PaymentReturned
from market.picks.events import PickLost
from market.promotions import service as promotions
from market.promotions.events import (
    EnrolmentAsked,
    EnrolmentDecided,
    GroupCounted,
    OldPiecesDecided,
    PromotionExhausted,
    RedeemedAtTill,
    ShareAsked,
    ShareDecided,
)
from market.providers.events import ProviderDecided, ProviderSubmitted
from market.renovations import service as requests
from market.renovations.events import RequestEnded
from market.search import service as search
from market.sellers.events import (
    SellerApproved,
    SellerClarificationAsked,
    SellerRefused,
    SellerReinstated,
    SellerSubmitted,
    SellerSuspended,
)
from market.standards import service as library
from market.standards.events import EditionEnded, EditionToRead
from market.storefront import checks as storefront_checks
from market.subsidies import service as subsidies
from market.subsidies.events import ClaimFiled, ClaimMoved
from market.substances.events import ProductUnfit
from market.suppliers.events import SupplierDecided, SupplierLost, SupplierSubmitted
from market.traceability.events import BatchRecalled, ScanAlarmDecided, ScanAlarmRaised

TABLE: Mapping[type[Event], Sequence[Handler]] = {
    ListingChanged: (search.on_listing_changed,),
    GoodsChanged: (search.on_goods_changed, adoptions.on_goods_changed),
    KindChanged: (search.on_kind_changed, library.on_kind_changed),
    ProductsFilled: (library.on_products_filled,),
    ProductChangeSubmitted: (tell_maker.on_change_submitted,),
    ProductChangeDecided: (tell_maker.on_change_decided,),
    AdmissionDecided: (tell_maker.on_admission_decided,),
    CertificateChanged: (catalogue.on_certificate_changed,),
    SellerApproved: (certification.on_seller_approved, tell.on_seller_approved),
    SellerSuspended: (
        certification.on_seller_suspended,
        catalogue.on_seller_suspended,
        bundles.on_supplier_lost,
    ),
    SellerReinstated: (
        certification.on_seller_reinstated,
        catalogue.on_seller_reinstated,
    ),
    SellerSubmitted: (tell.on_seller_submitted,),
    CertificateSubmitted: (tell.on_certificate_submitted,),
    SellerClarificationAsked: (tell.on_seller_asked,),
    SellerRefused: (tell.on_seller_refused,),
    CertificateDue: (tell.on_certificate_due,),
    CertificateReviewed: (tell.on_certificate_reviewed,),
    StandingDecided: (tell_holder.on_standing_decided,),
    AnomalyDecided: (tell_holder.on_anomaly_decided,),
    SpotCheckPublished: (tell.on_spot_check_published,),
    AppealMade: (tell.on_appeal_made,),
    AppealDecided: (tell.on_appeal_decided,),
    RecheckDue: (tell_recheck.on_recheck_due,),
    RecheckOverdue: (tell_recheck.on_recheck_overdue,),
    EditionEnded: (tell_standard.on_edition_ended,),
    EditionToRead: (tell_standard.on_edition_to_read,),
    ProductUnfit: (tell_about.on_product_unfit,),
    ScanAlarmRaised: (tell_of.on_scan_alarm_raised,),
    ScanAlarmDecided: (tell_of.on_scan_alarm_decided,),
    BatchRecalled: (tell_of.on_batch_recalled,),
    DeclarationSubmitted: (tell_carbon.on_declaration_submitted,),
    DeclarationDecided: (tell_carbon.on_declaration_decided,),
    ClaimSubmitted: (tell_factory.on_claim_submitted,),
    ClaimDecided: (tell_factory.on_claim_decided,),
    SupplierSubmitted: (tell_supplier.on_supplier_submitted,),
    SupplierDecided: (tell_supplier.on_supplier_decided,),
    SupplierLost: (bundles.on_supplier_lost,),
    BundleSubmitted: (tell_supplier.on_bundle_submitted,),
    BundleDecided: (tell_supplier.on_bundle_decided,),
    OptionLost: (tell_supplier.on_option_lost,),
    SlotEmptied: (tell_supplier.on_slot_emptied,),
    ProjectSubmitted: (tell_project.on_project_submitted,),
    ProjectDecided: (tell_project.on_project_decided,),
    OrderShown: (tell_project.on_order_shown,),
    PickLost: (tell_office.on_pick_lost,),
    AdoptionWaits: (tell_adoption.on_adoption_waits,),
    AdoptionDecided: (tell_adoption.on_adoption_decided,),
    UsageWaits: (tell_adoption.on_usage_waits,),
    UsageDecided: (tell_adoption.on_usage_decided,),
    DifferencesFound: (tell_adoption.on_differences_found,),
    PromotionExhausted: (tell.on_promotion_exhausted,),
    EnrolmentAsked: (tell_campaign.on_enrolment_asked,),
    EnrolmentDecided: (tell_campaign.on_enrolment_decided,),
    ShareAsked: (tell_share.on_share_asked,),
    ShareDecided: (tell_share.on_share_decided,),
    RedeemedAtTill: (settle.on_redeemed_at_till,),
    GroupCounted: (tell_buyer.on_group_counted,),
    OldPiecesDecided: (tell_buyer.on_old_pieces_decided,),
    ClaimFiled: (tell_claimant.on_claim_filed,),
    ClaimMoved: (tell_claimant.on_claim_moved,),
    ProviderSubmitted: (tell.on_provider_submitted,),
    ProviderDecided: (tell.on_provider_decided,),
    OrderPlaced: (tell.on_order_placed, contracts.on_order_placed),
    OrderConfirmed: (settle.on_order_confirmed, tell.on_order_confirmed),
    OrderPaid: (settle.on_order_paid, tell.on_order_paid),
    OrderRefunded: (settle.on_order_refunded, tell.on_order_refunded),
    ClaimReduced: (settle.on_claim_reduced,),
    OrderCancelled: (
        checkout.free_promotions,
        settle.on_order_cancelled,
        tell.on_order_cancelled,
    ),
    SellerOrderShipped: (tell.on_shipped, tell_fetcher.on_shipped_to_point),
    RemainderCancelled: (
        checkout.free_place,
        handovers.on_remainder_cancelled,
        tell.on_remainder_cancelled,
    ),
    SellerOrderReceived: (handovers.on_received,),
    GoodsArrived: (tell_fetcher.on_goods_arrived,),
    GoodsFetched: (tell_fetcher.on_goods_fetched,),
    GoodsWaiting: (tell_fetcher.on_goods_waiting,),
    DeliveryPlanned: (tell_party.on_delivery_planned,),
    PaymentReturned: (tell.on_payment_returned,),
    InvitationSent: (tell.on_invitation_sent,),
    QuoteReceived: (tell.on_quote_received,),
    RequestAwarded: (tell.on_request_awarded, contracts.on_request_awarded),
    ContractMoved: (tell_party.on_contract_moved,),
    NoQuotesByDeadline: (tell.on_no_quotes,),
    RequestEnded: (tell.on_request_ended,),
    SignedOut: (carts.on_signed_out,),
    ConsentWithdrawn: (requests.on_consent_withdrawn,),
    HouseholdJoined: (promotions.on_joined, subsidies.on_joined, tell_household.on_joined),
    MemberSeparated: (promotions.on_separated, subsidies.on_separated),
    MemberObjected: (tell_household.on_objected,),
    MemberDecided: (tell_household.on_decided,),
    AccountDeleted: (
        households.on_account_deleted,
        api.on_account_deleted,
        carts.on_account_deleted,
        requests.on_account_deleted,
        contracts.on_account_deleted,
        tell.on_account_deleted,
    ),
}

# What flows upwards or sideways: certification offers the kinds of the catalogue above it, the
# catalogue asks the library above it what makers must have read, promotions ask the orders beside
# them for statistics and for who has ordered before and the bundles for their names, product pages
# say what the spot checks above them found, orders say how their goods stand at the pick-up points
# above them.
certificates.use_source(catalogue_queries.list_kinds)
catalogue.use_duties(library.unread_by_kind)
matching.use_contracts(contract_queries.is_under_contract)
promotions.use_orders(order_queries.count_with_and_without)
promotions.use_earlier_orders(order_queries.has_ordered)
order_service.use_pickups(handover_queries.states_of_order)
promotions.use_bundles(bundle_queries.list_live)
storefront_checks.use_checks(inspection_queries.record_of)
