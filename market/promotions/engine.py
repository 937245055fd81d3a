"""Evaluates promotions on priced lines. Pure, deterministic, independent of input order.

Two layers: first what concerns single listings, then what concerns the order, worked out on
what the first left. Within a layer promotions come by priority (high first), then by the
larger possible discount, then by id. Each works on what the earlier ones left:

* of a stacking group only the first that applies is used on a line;
* an exclusive promotion applies only to lines that no other of its layer has touched, and
  closes them for the layer;
* freight counts as a line of its own for each seller.

A discount larger than the budget left is refused whole, never given in part. Discounts are
split over their lines by largest remainder, then over their bearers; the caps per line and
per order cut what would go beyond them, so no line and no total goes below zero.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter, itemgetter

from market.kernel.money import Fen, allocate
from market.promotions import benefits, conditions
from market.promotions.benefits import Goods, Wish
from market.promotions.conditions import Failure
from market.promotions.engine_types import (
    WHOLE,
    Adjustment,
    BenefitKind,
    Evaluation,
    Gift,
    Layer,
    PricedLine,
    PromotionSpec,
    Situation,
    Verdict,
)

FREIGHT = "freight:"
GIFT = "gift:"
# As `_make`, at a third of its cost.
_adjustment = partial(tuple.__new__, Adjustment)
_told = partial(tuple.__new__, Verdict)


def evaluate(
    lines: Sequence[PricedLine], situation: Situation, promotions: Sequence[PromotionSpec]
) -> Evaluation:
    """Apply what may be applied and say of everything else why not."""
    state = _State(sorted(lines, key=lambda line: line.key), situation)
    by_layer: dict[Layer, list[PromotionSpec]] = {layer: [] for layer in Layer}
    for spec in promotions:
        by_layer[spec.works_on].append(spec)
    for specs in by_layer.values():
        _layer(state, specs)
    failed = sorted(state.failed, key=attrgetter("name", "promotion_id"))
    return Evaluation(
        tuple(state.adjustments),
        (*state.applied, *failed, *_unknown_codes(situation, promotions)),
        tuple(state.gifts),
    )


@dataclass(slots=True)
class _State:
    lines: Sequence[PricedLine]
    situation: Situation
    left: dict[str, Fen] = field(default_factory=dict)
    room: dict[str, Fen] = field(default_factory=dict)
    order_room: Fen = 0
    freight_left: dict[str, Fen] = field(default_factory=dict)
    gifts_taken: dict[str, int] = field(default_factory=dict)
    adjustments: list[Adjustment] = field(default_factory=list)
    gifts: list[Gift] = field(default_factory=list)
    applied: list[Verdict] = field(default_factory=list)  # in the order of their positions
    failed: list[Verdict] = field(default_factory=list)
    scopes: dict[tuple[object, ...], "_Scope"] = field(default_factory=dict)
    makers: dict[str, str] = field(default_factory=dict)
    of_seller: dict[str, list[PricedLine]] = field(default_factory=lambda: defaultdict(list))
    bits: dict[str, int] = field(default_factory=dict)
    known: list["_Scope"] = field(default_factory=list)  # those whose goods are worked out

    def __post_init__(self) -> None:
        caps = self.situation.caps
        self.left = {line.key: max(0, line.amount_fen) for line in self.lines}
        self.room = {key: fen * caps.line_bp // WHOLE for key, fen in self.left.items()}
        self.order_room = sum(self.left.values()) * caps.order_bp // WHOLE
        self.freight_left = {key: max(0, fen) for key, fen in self.situation.freight.items()}
        for line in self.lines:
            self.of_seller[line.seller_id].append(line)
        self.bits = {line.key: 1 << at for at, line in enumerate(self.lines)}
        self.makers = {x.key: x.maker_id for x in self.lines if x.maker_id != x.seller_id}

    def scope(self, spec: PromotionSpec) -> "_Scope":
        """The lines it is about."""
        found = self.scopes.get(spec.scope_key)
        if found is None:
            lines = self.lines if spec.seller_id is None else self.of_seller[spec.seller_id]
            chosen, code = conditions.select_lines(spec, lines, self.situation)
            bits = self.bits
            found = _Scope(chosen, code, sum([bits[line.key] for line in chosen]))
            self.scopes[spec.scope_key] = found
        return found

    def goods(self, scope: "_Scope", lines: Sequence[PricedLine]) -> Goods:
        """Lines of a scope with what is left of them; of all its lines the same until something
        is taken."""
        if lines is not scope.lines:
            return self._goods(lines)
        if scope.goods is None:
            scope.goods = self._goods(lines)
            self.known.append(scope)
        return scope.goods

    def _goods(self, lines: Sequence[PricedLine]) -> Goods:
        left = self.left
        base = sum([left[line.key] for line in lines])
        return Goods(lines, left, self.situation, base, self.freight_left, self.gifts_taken)

    def forget_goods(self, bits: int) -> None:
        """Something was taken off these lines."""
        kept = []
        for scope in self.known:
            if scope.bits & bits:
                scope.goods = None
            else:
                kept.append(scope)
        self.known = kept


@dataclass(slots=True)
class _Scope:
    """The lines that promotions of one key are about, `code` says why there are none. Scopes
    with a bit in common have a line in common."""

    lines: list[PricedLine]
    code: str
    bits: int
    goods: Goods | None = None


@dataclass(slots=True)
class _Taken:
    """What promotions of one layer did to each line: who touched, closed or grouped it. Without
    exclusive ones in the layer nobody asks who touched a line."""

    any_exclusive: bool
    touched: dict[str, PromotionSpec] = field(default_factory=dict)
    closed: dict[str, PromotionSpec] = field(default_factory=dict)
    groups: dict[tuple[str, str], PromotionSpec] = field(default_factory=dict)

    def blocker(self, spec: PromotionSpec, spot: str) -> tuple[str, PromotionSpec] | None:
        """What keeps a promotion off a line, with the reason's code."""
        other = self.closed.get(spot) or (self.touched.get(spot) if spec.exclusive else None)
        if other is not None:
            return "not_combinable", other
        if spec.group and (spot, spec.group) in self.groups:
            return "one_of_group", self.groups[spot, spec.group]
        return None

    def blocks(self, spec: PromotionSpec) -> bool:
        """Whether anything here can keep a promotion like this off a line at all."""
        return bool(self.closed or (spec.exclusive and self.touched)
                    or (spec.group and self.groups))  # fmt: skip

    def note(self, spec: PromotionSpec, spots: Sequence[str]) -> None:
        """The promotion was applied to these."""
        if self.any_exclusive:
            for spot in spots:
                self.touched.setdefault(spot, spec)
                if spec.exclusive:
                    self.closed.setdefault(spot, spec)
        if spec.group:
            for spot in spots:
                self.groups.setdefault((spot, spec.group), spec)


def _layer(state: _State, specs: Sequence[PromotionSpec]) -> None:
    """Apply the promotions of one layer in their fixed order."""
    ready: list[tuple[int, Fen, str, PromotionSpec, _Scope]] = []
    for spec in specs:
        failure = conditions.first_failure(spec, state.situation)
        if failure is not None:
            state.failed.append(_verdict(spec, failure))
            continue
        scope = state.scope(spec)
        found = _wish(state, spec, scope, scope.lines)
        most = found.amount_fen if isinstance(found, Wish) else 0
        ready.append((-spec.priority, -most, spec.id, spec, scope))
    taken = _Taken(any(spec.exclusive for spec in specs))
    for *_, spec, scope in sorted(ready, key=itemgetter(0, 1, 2)):
        _apply(state, taken, spec, scope)


def _wish(
    state: _State, spec: PromotionSpec, scope: _Scope, lines: Sequence[PricedLine]
) -> Wish | Failure:
    if not lines:
        return Failure(scope.code)
    goods = state.goods(scope, lines)
    if spec.asks_amount:
        failure = conditions.amount_failure(spec, lines, goods.base_fen)
        if failure is not None:
            return failure
    return benefits.wish(spec, goods)


def _apply(state: _State, taken: _Taken, spec: PromotionSpec, scope: _Scope) -> None:
    """Take the discount off its lines, or note the first rule that keeps it from it."""
    lines, blocked = _open_lines(scope, taken, spec)
    if blocked is not None:
        state.failed.append(_verdict(spec, blocked))
        return
    found = _wish(state, spec, scope, lines)
    if isinstance(found, Failure):
        state.failed.append(_verdict(spec, found))
        return
    parts, cut, by = _parts(state, spec, lines, found)
    amount = sum(parts.values())
    failure = _refusal(spec, amount)
    if failure is not None:
        state.failed.append(_verdict(spec, failure))
        return
    base = state.goods(scope, lines).base_fen
    spots = _take(state, spec, parts, found, amount)
    if spec.benefit.kind is BenefitKind.FREE_DELIVERY:
        taken.note(spec, spots)
    else:
        if taken.any_exclusive or spec.group:
            taken.note(spec, [line.key for line in lines])
        state.forget_goods(scope.bits)
    said = {"next_fen": found.next_fen, "next_off_fen": found.next_off_fen}
    state.applied.append(
        _verdict(
            spec, None, amount, position=len(state.applied) + 1, base=base, cut=cut, by=by,
            uses=found.uses, said=said if found.next_fen else {},
        )
    )  # fmt: skip


def _refusal(spec: PromotionSpec, amount: Fen) -> Failure | None:
    if amount <= 0:
        return Failure("cap_reached")
    left = spec.budget_left_fen
    return Failure("budget_spent") if left is not None and amount > left else None


def _open_lines(
    scope: _Scope, taken: _Taken, spec: PromotionSpec
) -> tuple[list[PricedLine], Failure | None]:
    """The lines that stacking leaves to it; with none, who has them."""
    lines = scope.lines
    if not taken.blocks(spec):
        return lines, None
    freight = spec.benefit.kind is BenefitKind.FREE_DELIVERY
    found, first = [], None
    for line in lines:
        blocker = taken.blocker(spec, FREIGHT + line.seller_id if freight else line.key)
        if blocker is None:
            found.append(line)
        else:
            first = first or blocker
    if found or first is None:
        return found, None
    code, other = first
    return [], Failure(code, {"other": other.name, "other_en": other.name_en})


def _parts(
    state: _State, spec: PromotionSpec, lines: Sequence[PricedLine], found: Wish
) -> tuple[dict[str, Fen], Fen, str]:
    """The discount by spot, cut to what the caps leave; the cut, and the cap that made it."""
    if spec.benefit.kind is BenefitKind.FREE_DELIVERY:
        return {FREIGHT + key: fen for key, fen in (found.parts or {}).items()}, 0, ""
    if found.gift_packs:
        return {GIFT + spec.id: found.amount_fen}, 0, ""
    keys = [line.key for line in lines]
    if found.parts is not None:
        wanted = [found.parts.get(key, 0) for key in keys]
    else:
        wanted = allocate(found.amount_fen, [state.left[key] for key in keys])
    room = state.room
    parts = {
        key: fen if fen <= room[key] else room[key]
        for key, fen in zip(keys, wanted, strict=True) if fen
    }  # fmt: skip
    total, by = sum(parts.values()), "line_cap"
    if total > state.order_room:
        keys, by = list(parts), "order_cap"
        split = allocate(state.order_room, [parts[key] for key in keys])
        parts = dict(zip(keys, split, strict=True))
        total = state.order_room
    cut = found.amount_fen - total
    if 0 in parts.values():
        parts = {key: fen for key, fen in parts.items() if fen}
    return parts, cut, by if cut else ""


def _take(
    state: _State, spec: PromotionSpec, parts: Mapping[str, Fen], found: Wish, amount: Fen
) -> Sequence[str]:
    """Write the adjustments, one per spot and bearer; returns the spots."""
    spots = list(parts)
    if spec.benefit.kind is BenefitKind.FREE_DELIVERY:
        for spot, part in parts.items():
            seller = spot[len(FREIGHT) :]
            state.freight_left[seller] -= part
            _note(state, spec, spot, part, seller)
        return spots
    if found.gift_packs:
        _give(state, spec, found)
    else:
        left, room = state.left, state.room
        for spot, part in parts.items():
            left[spot] -= part
            room[spot] -= part
        state.order_room -= amount
    bearer = spec.sole_bearer
    if bearer is None:
        for spot, part in parts.items():
            _note(state, spec, spot, part)
        return spots
    key, name, name_en = spec.id, spec.name, spec.name_en
    state.adjustments += map(_adjustment, [
        (key, name, spot, -part, bearer, name_en, "") for spot, part in parts.items()
    ])  # fmt: skip
    return spots


def _note(state: _State, spec: PromotionSpec, spot: str, part: Fen, seller: str = "") -> None:
    """The adjustments of one spot; of freight those name the seller, not a line."""
    line_key = None if seller else spot
    for bearer, fen in _borne(state, spec, spot, part):
        state.adjustments.append(
            Adjustment(spec.id, spec.name, line_key, -fen, bearer, spec.name_en, seller)
        )


def _give(state: _State, spec: PromotionSpec, found: Wish) -> None:
    listing_id = spec.benefit.gift_listing_id
    taken = state.gifts_taken.get(listing_id, 0)
    state.gifts_taken[listing_id] = taken + found.gift_packs
    state.gifts.append(
        Gift(spec.id, GIFT + spec.id, listing_id, found.gift_packs, found.amount_fen)
    )


def _borne(state: _State, spec: PromotionSpec, spot: str, part: Fen) -> Sequence[tuple[str, Fen]]:
    """A part split over those who bear it; a maker who sells itself is the seller."""
    borne = spec.borne
    if spec.sole_bearer is not None:
        return ((spec.sole_bearer, part),)
    split: dict[str, Fen] = {}
    shares = allocate(part, [bearing.basis_points for bearing in borne])
    for bearing, fen in zip(borne, shares, strict=True):
        bearer = bearing.bearer
        if bearer == "maker":
            maker = _maker(state, spec, spot)
            bearer = f"maker:{maker}" if maker else "seller"
        split[bearer] = split.get(bearer, 0) + fen
    return [(bearer, fen) for bearer, fen in split.items() if fen]


def _maker(state: _State, spec: PromotionSpec, spot: str) -> str:
    if spot.startswith(GIFT):
        offer = state.situation.gifts[spec.benefit.gift_listing_id]
        return offer.maker_id if offer.maker_id != offer.seller_id else ""
    return state.makers.get(spot, "")


def _verdict(
    spec: PromotionSpec,
    failure: Failure | None,
    amount: Fen = 0,
    *,
    position: int = 0,
    base: Fen = 0,
    cut: Fen = 0,
    by: str = "",
    uses: int = 1,
    said: Mapping[str, object] | None = None,
) -> Verdict:
    code, params = ("", said or {}) if failure is None else (failure.code, failure.params)
    return _told((
        spec.id, spec.name, amount, code, dict(params), spec.owner, spec.code, spec.name_en,
        spec.works_on, spec.benefit.kind, position, base, cut, by, uses,
    ))  # fmt: skip


def _unknown_codes(situation: Situation, specs: Sequence[PromotionSpec]) -> list[Verdict]:
    """A verdict for every typed code that belongs to nothing."""
    known = {code for spec in specs for code in spec.codes}
    return [
        Verdict("", code, 0, "code_unknown", {"code": code}, code=code)
        for code in sorted(set(situation.coupon_codes) - known)
    ]
