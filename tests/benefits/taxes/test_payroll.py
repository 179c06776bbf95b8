"""Employee payroll taxes of 2025 (26 USC 3101; M.G.L. c.175M s.6), reckoned by hand."""

from datetime import date

from benefits.parameters import Parameters
from benefits.taxes import payroll
from tests.benefits.families import family

LAW = Parameters.at(date(2025, 10, 1))


def test_they_are_7_65_percent_and_paid_leave_0_46() -> None:
    fica, leave = payroll.yearly_cents(family(LAW.month, [30, 4, 9], [2000, 0, 0]), LAW)
    assert fica.tolist() == [[1_836_00, 0, 0]]
    assert leave.tolist() == [110_40]


def test_social_security_and_paid_leave_end_at_the_wage_base_and_medicare_does_not() -> None:
    fica, leave = payroll.yearly_cents(family(LAW.month, [30], [20_000]), LAW)
    assert fica.tolist() == [[14_398_20]]  # 6.2 % of 176,100 and 1.45 % of 240,000
    assert leave.tolist() == [810_06]


def test_each_earner_has_a_base_of_their_own_and_a_childs_earnings_are_not_taxed() -> None:
    fica, _ = payroll.yearly_cents(family(LAW.month, [30, 31, 15], [1000, 2000, 500]), LAW)
    assert fica.tolist() == [[918_00, 1_836_00, 0]]
