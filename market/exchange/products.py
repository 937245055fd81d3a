"""What a row says of a product: its kind, its certificate, its parameters. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from market.catalogue.attributes import read_attributes
from market.catalogue.types import KindView, ProductDetails
from market.certification.rules import number_key
from market.exchange.columns import ATTRIBUTE
from market.exchange.types import Row
from market.kernel.i18n import N_

_PLAIN = (
    "name_zh", "name_en", "model", "use_zh", "use_en", "standard", "report_number",
    "report_issued_on", "life_years",
)  # fmt: skip


class Draft(Protocol):
    """The row being worked on, as far as it is needed here."""

    row: Row

    def wrong(self, column: str, message: str, **params: Any) -> None: ...

    def change(self, column: str, before: Any, after: Any) -> None: ...


class Known(Protocol):
    """The part of the world that products need."""

    @property
    def kinds(self) -> Mapping[str, KindView]: ...

    @property
    def certificates(self) -> Mapping[str, tuple[str, tuple[str, ...]]]: ...


def natural_key(kind_code: str, name: str, model: str) -> tuple[str, ...]:
    """What tells a maker's products apart for people."""
    return kind_code, "".join(name.split()), "".join(model.split()).lower()


def kind_of(draft: Draft, world: Known) -> KindView | None:
    """The kind a row names by code, by name, or by both as the list writes it."""
    text = draft.row.values.get("kind")
    if text is None:
        draft.wrong("kind", N_("这一项要填"))
        return None
    code = text.split()[0].upper() if text.split() else ""
    if code in world.kinds:
        return world.kinds[code]
    named = [k for k in world.kinds.values() if text in (k.name_zh, k.name_en)]
    if len(named) == 1:
        return named[0]
    draft.wrong("kind", N_("没有这个品类，请从列表里选"))
    return None


def filled(
    draft: Draft, base: ProductDetails, kind: KindView, world: Known, *, is_new: bool
) -> ProductDetails:
    """The product with what the row says; an empty cell leaves it as it is."""
    values = draft.row.values
    said = {key: values[key] for key in _PLAIN if key in values}
    details = replace(base, **said)
    unit = values.get("unit")
    if unit is not None and unit != base.unit:
        if is_new:
            details = replace(details, unit=unit)
        else:
            draft.wrong("unit", N_("已有的产品不能改计价单位"))
    if not is_new and "kind" in values:
        given = kind_of(draft, world)
        if given is not None and given.code != kind.code:
            draft.wrong("kind", N_("已有的产品不能改品类"))
    if "certificate" in values:
        details = replace(details, certificate_id=_certificate(draft, kind, world))
    return replace(details, attributes=_attributes(draft, base, kind))


def _certificate(draft: Draft, kind: KindView, world: Known) -> str | None:
    number = draft.row.values["certificate"]
    found = world.certificates.get(number_key(number))
    if not kind.certifiable:
        draft.wrong("certificate", N_("这个品类没有证书，请填强制标准"))
    elif found is None:
        draft.wrong("certificate", N_("你们没有这张证书，先到“证书”里登记"))
    elif kind.code not in found[1]:
        draft.wrong("certificate", N_("证书 %(number)s 不包含这个品类"), number=number)
    else:
        return found[0]
    return None


def _attributes(draft: Draft, base: ProductDetails, kind: KindView) -> dict[str, Any]:
    said = {
        key.removeprefix(ATTRIBUTE): text
        for key, text in draft.row.values.items()
        if key.startswith(ATTRIBUTE)
    }
    for key in sorted(set(said) - set(kind.attribute_keys)):
        draft.wrong(ATTRIBUTE + key, N_("这个品类不填这一项"))
    values, errors = read_attributes(said, kind.attribute_keys)
    for key, message in errors.items():
        draft.wrong(ATTRIBUTE + key, message)
    return {**base.attributes, **values}


def say_changes(
    draft: Draft, before: ProductDetails | None, after: ProductDetails, world: Known
) -> None:
    """Each column in which the product would differ."""
    if before is None:
        draft.change("kind", "", after.kind_code)
        draft.change("unit", "", after.unit)
    for key in _PLAIN:
        draft.change(key, getattr(before, key) if before else None, getattr(after, key))
    numbers = {found[0]: number for number, found in world.certificates.items()}
    old = numbers.get(before.certificate_id or "", "") if before else ""
    draft.change("certificate", old, numbers.get(after.certificate_id or "", ""))
    known = before.attributes if before else {}
    for key in sorted(set(known) | set(after.attributes)):
        draft.change(ATTRIBUTE + key, known.get(key), after.attributes.get(key))


__all__ = ["Draft", "Known", "filled", "kind_of", "natural_key", "say_changes"]
