// question: For how many households do several programs fall within one band of earnings?
// parameters: month month, band_cents integer=50000
// columns: programs, households
// counting: a household counts once, with the most programs whose falls begin within one band of earnings above its main earner's recorded ones, in the month's ladder; one program alone is not counted
// for: analyst
// grain: aggregate
// needs: Ladder.month, Cliff.loss_cents, Household.id
// counts: households
MATCH (h:Household)-[:HAS_LADDER]->(l:Ladder {month: $month})-[:HAS_STEP]->(:IncomeStep)-[:DROPS_AT]->(c:Cliff)
WHERE l.recorded_from <= $asOf AND (l.recorded_to IS NULL OR l.recorded_to > $asOf) AND c.peak_earnings_cents >= l.earnings_cents
MATCH (l)-[:HAS_STEP]->(:IncomeStep)-[:DROPS_AT]->(o:Cliff)-[:CAUSED_BY]->(p:Program)
WHERE o.peak_earnings_cents >= c.peak_earnings_cents AND o.peak_earnings_cents <= c.peak_earnings_cents + $band_cents
WITH h, c, count(DISTINCT p) AS within
WITH h, max(within) AS programs
WHERE programs > 1
RETURN programs, count(h) AS households
ORDER BY programs
