// question: Who would be worse off after a raise, and by how much in all?
// parameters: month month, raise_cents integer=20000
// columns: households, worse_off, gap_cents
// counting: a household counts once, if its ladder of the month is known or bounded; it is worse off if less is left with the raise of its main earner's recorded earnings than without, to $10 a household; the gap is what is missing then, a month
// for: analyst
// grain: aggregate
// needs: Ladder.month, IncomeStep.net_resources_cents, Household.id
// counts: households, worse_off
// parts: worse_off of households
MATCH (h:Household)-[:HAS_LADDER]->(l:Ladder {month: $month})-[:HAS_STEP]->(s:IncomeStep)
WHERE l.recorded_from <= $asOf AND (l.recorded_to IS NULL OR l.recorded_to > $asOf) AND s.earnings_cents >= l.earnings_cents AND s.earnings_cents <= l.earnings_cents + $raise_cents
WITH h, l, s ORDER BY s.earnings_cents
WITH h, l, collect(s) AS steps
WITH h, l, head(steps) AS now, last(steps) AS top
WITH h, now.net_resources_cents - top.net_resources_cents - (1 - coalesce(top.marginal_rate, 1)) * (l.earnings_cents + $raise_cents - top.earnings_cents) AS gap
WITH count(DISTINCT h) AS households, count(DISTINCT CASE WHEN gap > 0 THEN h END) AS worse_off, toInteger(round(sum(CASE WHEN gap > 0 THEN gap ELSE 0 END))) AS gap_cents
WHERE households > 0
RETURN households, worse_off, gap_cents
