"""The schedule of a loan and the part of its interest that a scheme bears. Pure, to the fen.

Interest of a month = what is still owed × yearly rate ÷ 12, rounded half up to the fen, as
banks state it. The equal payment of a month is P·i ÷ (1 − (1+i)^−n) with i = yearly rate ÷ 12
(annuity formula), rounded half up; the last payment clears what is left. The subsidy of a
month = the part of what is owed that counts × the points borne ÷ 12, rounded down; never more
than the interest of the month, and in sum never more than the cap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from market.kernel.money import Fen
from market.subsidies.types import WHOLE, LoanTerms, Repayment, Terms
from market.subsidies.years import months_later

_YEAR = 12 * WHOLE
QUARTER = 3


@dataclass(frozen=True, slots=True)
class Month:
    """One payment: `owed_fen` is what was owed before it."""

    number: int
    due_on: date
    owed_fen: Fen
    principal_fen: Fen
    interest_fen: Fen
    subsidy_fen: Fen

    @property
    def payment_fen(self) -> Fen:
        return self.principal_fen + self.interest_fen


@dataclass(frozen=True)
class Quarter:
    """Three payments that are claimed together, once the last of them is due."""

    number: int
    months: tuple[Month, ...]

    @property
    def due_on(self) -> date:
        return self.months[-1].due_on

    @property
    def interest_fen(self) -> Fen:
        return sum(month.interest_fen for month in self.months)

    @property
    def subsidy_fen(self) -> Fen:
        return sum(month.subsidy_fen for month in self.months)


@dataclass(frozen=True)
class Schedule:
    """All payments of a loan."""

    months: tuple[Month, ...]

    @property
    def interest_fen(self) -> Fen:
        return sum(month.interest_fen for month in self.months)

    @property
    def subsidy_fen(self) -> Fen:
        return sum(month.subsidy_fen for month in self.months)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Quarters with a subsidy; the last may have fewer payments."""
        parts = [self.months[at : at + QUARTER] for at in range(0, len(self.months), QUARTER)]
        found = [Quarter(number, part) for number, part in enumerate(parts, start=1)]
        return tuple(quarter for quarter in found if quarter.subsidy_fen)


def schedule(loan: LoanTerms, terms: Terms, cap_fen: Fen | None = None) -> Schedule:
    """Every payment of the loan with its subsidy; `cap_fen` binds the sum of the subsidies."""
    owed, left, months = loan.principal_fen, cap_fen, []
    payment = _payment(loan)
    for number in range(1, loan.months + 1):
        interest = half_up(Fraction(owed * loan.rate_bp, _YEAR))
        principal = _principal(loan, number, owed, payment, interest)
        subsidy = _subsidy(loan, terms, number, owed, interest)
        if left is not None:
            subsidy = min(subsidy, left)
            left -= subsidy
        due_on = months_later(loan.starts_on, number)
        months.append(Month(number, due_on, owed, principal, interest, subsidy))
        owed -= principal
    return Schedule(tuple(months))


def _payment(loan: LoanTerms) -> Fen:
    """The equal payment of a month."""
    if not loan.rate_bp:
        return half_up(Fraction(loan.principal_fen, loan.months))
    rate = Fraction(loan.rate_bp, _YEAR)
    growth = (1 + rate) ** loan.months
    return half_up(loan.principal_fen * rate * growth / (growth - 1))


def _principal(loan: LoanTerms, number: int, owed: Fen, payment: Fen, interest: Fen) -> Fen:
    if number == loan.months:
        return owed
    if loan.repayment is Repayment.BULLET:
        return 0
    if loan.repayment is Repayment.EQUAL_PRINCIPAL:
        return min(owed, half_up(Fraction(loan.principal_fen, loan.months)))
    return max(0, min(owed, payment - interest))


def _subsidy(loan: LoanTerms, terms: Terms, number: int, owed: Fen, interest: Fen) -> Fen:
    if terms.months_cap is not None and number > terms.months_cap:
        return 0
    counted = owed if terms.principal_cap_fen is None else min(owed, terms.principal_cap_fen)
    return min(interest, counted * points(loan, terms) // _YEAR)


def points(loan: LoanTerms, terms: Terms) -> int:
    """The yearly basis points borne: never more than the loan costs."""
    return min(loan.rate_bp, terms.rate_bp)


def half_up(value: Fraction) -> Fen:
    """A non-negative amount rounded half up to the fen."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def quarter(found: Sequence[Quarter], number: int) -> Quarter | None:
    """The quarter of that number."""
    return next((one for one in found if one.number == number), None)
