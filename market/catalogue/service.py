"""The verbs of the catalogue, split by what they act on; enter here."""

from market.catalogue import stock
from market.catalogue.bulk import Edits
from market.catalogue.bulk import write as write_edits
from market.catalogue.bulk_facts import Touched
from market.catalogue.changes import answer as answer_change
from market.catalogue.changes import ask as ask_about_change
from market.catalogue.changes import decline as decline_change
from market.catalogue.changes import withdraw as withdraw_change
from market.catalogue.citing import note_cited, note_kinds_cited
from market.catalogue.confirm_changes import confirm as confirm_change
from market.catalogue.duties import use_duties
from market.catalogue.edit_kinds import add_kind, edit_kind, load_kinds
from market.catalogue.edit_listings import (
    add_listing,
    archive_listing,
    correct_stock,
    edit_listing,
    pause_listing,
    publish_listing,
    receive_stock,
    restore_listing,
)
from market.catalogue.edit_products import (
    REPORTS,
    add_photo,
    add_product,
    add_variant,
    archive_product,
    close_variant,
    edit_product,
    edit_variant,
    pause_product,
    publish_product,
    remove_photo,
    set_report,
)
from market.catalogue.gates import (
    on_certificate_changed,
    on_seller_reinstated,
    on_seller_suspended,
)
from market.catalogue.gates import refresh as refresh_gates
from market.catalogue.holds import (
    bar_kind,
    hold_product,
    keep_gates,
    keep_products,
    lift_bar,
    lift_hold,
    lock_kind,
    lock_product,
    note_batches,
    note_carbon_label,
    note_contents,
    note_manual,
)
from market.catalogue.local_lists import SHEETS, admit, withdraw_admission
from market.catalogue.sales import set_sales
from market.catalogue.tallies import rebuild as rebuild_tallies

__all__ = [
    "REPORTS",
    "SHEETS",
    "Edits",
    "Touched",
    "add_kind",
    "add_listing",
    "add_photo",
    "add_product",
    "add_variant",
    "admit",
    "answer_change",
    "archive_listing",
    "archive_product",
    "ask_about_change",
    "bar_kind",
    "close_variant",
    "confirm_change",
    "correct_stock",
    "decline_change",
    "edit_kind",
    "edit_listing",
    "edit_product",
    "edit_variant",
    "hold_product",
    "keep_gates",
    "keep_products",
    "lift_bar",
    "lift_hold",
    "load_kinds",
    "lock_kind",
    "lock_product",
    "note_batches",
    "note_carbon_label",
    "note_cited",
    "note_contents",
    "note_kinds_cited",
    "note_manual",
    "on_certificate_changed",
    "on_seller_reinstated",
    "on_seller_suspended",
    "pause_listing",
    "pause_product",
    "publish_listing",
    "publish_product",
    "rebuild_tallies",
    "receive_stock",
    "refresh_gates",
    "remove_photo",
    "restore_listing",
    "set_report",
    "set_sales",
    "stock",
    "use_duties",
    "withdraw_admission",
    "withdraw_change",
    "write_edits",
]
