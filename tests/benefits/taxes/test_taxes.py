"""A parent of two who earns $24,000 in 2025, reckoned by hand from the parameters' sources."""

from datetime import date

from benefits.parameters import Parameters
from benefits.taxes import federal, massachusetts, payroll
from tests.benefits.families import family

MONTH = date(2025, 10, 1)
CASES, LAW = family(MONTH, [30, 4, 9], [2000, 0, 0], rent=1100), Parameters.at(MONTH)


def test_payroll_taxes_are_7_65_percent_and_paid_leave_0_46() -> None:
    fica, leave = payroll.yearly_cents(CASES, LAW)
    assert fica.tolist() == [[1_836_00, 0, 0]]
    assert leave.tolist() == [110_40]


def test_federal_credits_phase_in_and_out_as_26_usc_24_and_32_have_them() -> None:
    found = federal.yearly(CASES, LAW)
    assert found.tax_cents.tolist() == [0]
    assert found.eitc_cents.tolist() == [7_015_11]  # 7,152 - 21.06 % of what is over 23,350
    assert found.child_credit_cents.tolist() == [3_225_00]  # 15 % of what is over 2,500


def test_massachusetts_gives_40_percent_of_the_federal_credit_and_440_a_child() -> None:
    fica, _ = payroll.yearly_cents(CASES, LAW)
    found = massachusetts.yearly(CASES, LAW, fica, federal.yearly(CASES, LAW).eitc_cents)
    assert found.eitc_cents.tolist() == [2_806_04]
    assert found.child_credit_cents.tolist() == [880_00]
