"""The verbs of sellers. Split by what they touch; callers use this one door."""

from market.sellers.application import (
    acknowledge,
    answer,
    apply,
    attach_licence,
    save_company,
    save_contact,
    save_payout,
    save_returns,
    submit,
)
from market.sellers.delivery import (
    add_area,
    add_last_mile,
    add_warehouse,
    remove_area,
    remove_last_mile,
    remove_rate,
    save_warehouse,
    set_rate,
)
from market.sellers.factory_marks import note_factory
from market.sellers.members import add_member, remove_member, save_about
from market.sellers.places import resolve as resolve_place
from market.sellers.review import approve, ask, refuse, reinstate, suspend
from market.sellers.supplier_mark import note_supplier

__all__ = [
    "acknowledge",
    "add_area",
    "add_last_mile",
    "add_member",
    "add_warehouse",
    "answer",
    "apply",
    "approve",
    "ask",
    "attach_licence",
    "note_factory",
    "note_supplier",
    "refuse",
    "reinstate",
    "remove_area",
    "remove_last_mile",
    "remove_member",
    "remove_rate",
    "resolve_place",
    "save_about",
    "save_company",
    "save_contact",
    "save_payout",
    "save_returns",
    "save_warehouse",
    "set_rate",
    "submit",
    "suspend",
]
