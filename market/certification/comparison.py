"""A certificate beside its registry record. Pure."""

from collections.abc import Mapping
from typing import Any

from market.certification import rules
from market.certification.registry_rows import problem_of
from market.certification.registry_types import Difference, Fields, RegistryRecord, plain
from market.certification.types import Standing

# What a record may set on a certificate.
TAKEN = ("holder", "star", "kinds", "standard", "valid_from", "valid_to", "surveillance_due_on")
_FINAL = (Standing.REVOKED, Standing.CANCELLED)


def differences(before: Fields, after: Fields) -> tuple[Difference, ...]:
    """The fields of `after` whose value is another one before."""
    return tuple(
        Difference(name, before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value
    )


def against(
    record: RegistryRecord, certificate: Mapping[str, Any], *, suspended_here: bool
) -> tuple[tuple[Difference, ...], str]:
    """(differences, problem) of a certificate's columns to its record.

    A registry's "valid" does not lift a suspension that was ordered here, and nothing changes
    a certificate that was withdrawn. Without a date for the next surveillance in the record,
    the one known here stays.
    """
    problem = problem_of(record)
    if not problem and str(certificate["scheme"]) != record.scheme:
        problem = "scheme_differs"
    wanted = {name: plain(getattr(record, name)) for name in TAKEN}
    if record.surveillance_due_on is None:
        del wanted["surveillance_due_on"]
    standing = Standing(certificate["standing"])
    keeps = standing in _FINAL or (
        standing is Standing.SUSPENDED and suspended_here and record.standing is Standing.IN_FORCE
    )
    if not keeps:
        wanted["standing"] = record.standing.value
    here = {name: plain(certificate[name]) for name in (*TAKEN, "standing")}
    if rules.same_party(str(here["holder"]), str(wanted["holder"])):
        here["holder"] = wanted["holder"]
    return differences(here, wanted), problem
