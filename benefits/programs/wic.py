"""Women, Infants and Children (7 CFR 246.7): who may take part; a state, not an amount."""

from __future__ import annotations

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Flags, share
from benefits.parameters import Parameters
from benefits.programs.masshealth import family_size

CHILD_AGE = 5


def may_take_part(cases: Cases, law: Parameters, grants: Flags, health: Flags) -> Flags:
    """Pregnant women and children under five (n, p), within 185 % of poverty, or by another program.

    `grants` (n,): SNAP or TAFDC is paid; `health` (n, p): MassHealth. Either is within the limit, and so is a family of
    which a pregnant woman or an infant has MassHealth (246.7(d)(2)(vi)). Nutritional risk (246.7(e)) is found at the
    visit, and not asked here.
    """
    health = health & law["edges/masshealth_confers_wic"]
    grants = grants & (law["edges/snap_confers_wic"] or law["edges/tafdc_confers_wic"])
    mother_or_infant = (health & cases.people & (cases.pregnant | (cases.ages < 1))).any(axis=1)
    confers = health | (grants | mother_or_infant)[:, None]
    rule = law["wic/income_limit"]
    line = share(poverty.monthly_cents(law, family_size(cases), rule["update_month"]), rule["rate"])
    within = (cases.earned_cents + cases.unearned_cents <= line)[:, None]
    fit = cases.people & ((cases.ages < CHILD_AGE) | cases.pregnant)
    return np.asarray(fit & (within | confers))
