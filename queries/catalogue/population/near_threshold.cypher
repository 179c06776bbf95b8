// question: How many households stand within an amount of their next cliff, by program that causes it?
// parameters: month month, within_cents integer=50000
// columns: program, households, mean_loss_cents
// counting: a household counts once for each program that takes part in the next cliff above its main earner's recorded earnings in the month's ladder
// for: designer
// grain: aggregate
// needs: Ladder.month, Cliff.loss_cents, Household.id
// counts: households
MATCH (h:Household)-[:HAS_LADDER]->(l:Ladder {month: $month})-[:HAS_STEP]->(:IncomeStep)-[:DROPS_AT]->(c:Cliff)
WHERE l.recorded_from <= $asOf AND (l.recorded_to IS NULL OR l.recorded_to > $asOf) AND c.peak_earnings_cents >= l.earnings_cents AND c.peak_earnings_cents - l.earnings_cents <= $within_cents
WITH h, c ORDER BY c.peak_earnings_cents
WITH h, head(collect(c)) AS c
MATCH (c)-[cause:CAUSED_BY]->(p:Program)
RETURN p.id AS program, count(DISTINCT h) AS households, toInteger(round(avg(cause.loss_cents))) AS mean_loss_cents
ORDER BY households DESC, program
