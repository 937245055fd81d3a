"""Which rule a line falls under, and what that is to the fen. Pure.

The most specific rule wins, whatever the order in which they were written: a product before a
seller, before one campaign, before the zone, before a kind, before a family of kinds, before
everything. A rule with several of these is as specific as all of them together. Between equals
the lower rate wins, then the id.
"""

from collections.abc import Iterable, Sequence

from market.commissions.types import Charge, Line, Rule, Scope, Verdict

BASIS = 10_000
NOTHING = Charge(0, 0)


def specificity(scope: Scope) -> int:
    """The higher, the more specific: powers of two, so that no sum reaches the next level."""
    levels = (
        scope.group_code, scope.kind_code, scope.zone, scope.campaign_id, scope.seller_id,
        scope.product_id,
    )  # fmt: skip
    return sum(1 << level for level, asked in enumerate(levels) if asked)


def missing(scope: Scope, line: Line) -> str:
    """The first condition of a scope that a line does not fulfil; empty when it fits."""
    in_zone = line.certified and bool(line.campaigns)
    conditions = (
        ("product", not scope.product_id or scope.product_id == line.product_id),
        ("seller", not scope.seller_id or scope.seller_id == line.seller_id),
        ("campaign", not scope.campaign_id or scope.campaign_id in line.campaigns),
        ("certified", not (scope.zone or scope.campaign_id) or line.certified),
        ("zone", not scope.zone or in_zone),
        ("kind", not scope.kind_code or scope.kind_code == line.kind_code),
        ("group", not scope.group_code or scope.group_code == line.group_code),
    )
    return next((name for name, fits in conditions if not fits), "")


def ranked(rules: Iterable[Rule]) -> list[Rule]:
    """From the rule that wins to the one that yields to all others."""
    return sorted(rules, key=lambda rule: (-specificity(rule.scope), rule.rate_bp, rule.id))


def verdicts(line: Line, rules: Iterable[Rule]) -> list[Verdict]:
    """Every rule in the order in which it is asked, with why it does not fit."""
    return [Verdict(rule, missing(rule.scope, line)) for rule in ranked(rules)]


def charge(line: Line, rules: Sequence[Rule]) -> Charge:
    """The commission of a line: nothing when no rule fits, never more than the line brings."""
    fitting = [verdict.rule for verdict in verdicts(line, rules) if not verdict.missing]
    if not fitting or line.base_fen <= 0:
        return NOTHING
    winner = fitting[0]
    fen = amount(winner, line.base_fen)
    usual = next((rule for rule in fitting if not rule.prefers), None)
    return Charge(fen, amount(usual, line.base_fen) if usual else fen, winner)


def amount(rule: Rule, base_fen: int) -> int:
    """The rate of the base, half a fen rounded up, within the rule's bounds and the base."""
    fen = (base_fen * rule.rate_bp + BASIS // 2) // BASIS
    if rule.max_fen is not None:
        fen = min(fen, rule.max_fen)
    if rule.min_fen is not None:
        fen = max(fen, rule.min_fen)
    return min(fen, base_fen)
