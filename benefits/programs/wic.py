"""Women, Infants and Children (7 CFR 246.7): who may take part; a state, not an amount."""

from __future__ import annotations

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Cents, Flags, share
from benefits.parameters import Parameters
from benefits.programs.masshealth import family_size

CHILD_AGE = 5


def may_take_part(
    cases: Cases, law: Parameters, snap: Flags, tafdc: Flags, health: Flags, aid_cents: Cents
) -> Flags:  # fmt: skip
    """Pregnant women and children under five (n, p), within 185 % of poverty, or by another program; everyone who lives
    together is one economic unit (246.2).

    `snap`, `tafdc`, `health` (n, p): who has SNAP, TAFDC, MassHealth. Each is within the limit, and so is a family of
    which somebody has TAFDC, or a pregnant woman or an infant MassHealth (246.7(d)(2)(vi)). Nutritional risk (246.7(e))
    is found at the visit, and not asked here. EAEDC, `aid_cents` (n,), is income.
    """
    tell = law.telling("WIC")
    fit = cases.people & ((cases.ages < CHILD_AGE) | cases.pregnant)
    tell("pregnant women and children under five", fit, "7 CFR 246.7(c)", unit="people")
    if law.steps is None and not fit.any():
        return fit
    health = health & law["edges/masshealth_confers_wic"]
    granted = (tafdc & law["edges/tafdc_confers_wic"]).any(axis=1)
    mother_or_infant = (health & cases.people & (cases.pregnant | (cases.ages < 1))).any(axis=1)
    confers = health | (snap & law["edges/snap_confers_wic"]) | (granted | mother_or_infant)[:, None]
    tell("whom another program makes eligible", fit & confers, "7 CFR 246.7(d)(2)(vi)",
         "pregnant women and children under five", unit="people")  # fmt: skip
    size = tell("people in the economic unit", family_size(cases), "7 CFR 246.2, 246.7(d)(2)(iv)", unit="people")
    rule = law["wic/income_limit"]
    line = share(poverty.monthly_cents(law, size, rule["update_month"]), rule["rate"])
    tell("income limit", line, "7 CFR 246.7(d)(1)", "people in the economic unit")
    income = tell("income", cases.earned_cents + cases.unearned_cents + aid_cents, "7 CFR 246.7(d)(2)(ii)")
    may = np.asarray(fit & ((income <= line)[:, None] | confers))
    of = ("pregnant women and children under five", "whom another program makes eligible", "income", "income limit")
    return tell("people who may take part", may, "7 CFR 246.7(c), (d)", *of, unit="people")
