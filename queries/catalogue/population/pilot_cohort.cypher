// question: In which county are how many households near a cliff?
// parameters: month month, within_cents integer=50000
// columns: county, households, near
// counting: a household counts in the county of its address in the month, if its ladder of the month is known or bounded; it is near if its next cliff begins within the amount above its main earner's recorded earnings
// for: designer
// grain: aggregate
// needs: Ladder.month, Cliff.loss_cents, County.name, Household.id
// counts: households, near
// parts: near of households
MATCH (h:Household)-[:HAS_LADDER]->(l:Ladder {month: $month})
WHERE l.recorded_from <= $asOf AND (l.recorded_to IS NULL OR l.recorded_to > $asOf) AND l.status <> 'unknown'
MATCH (h)-[r:LIVED_AT]->(:Address)-[:IN_TOWN]->(:Town)-[:IN_COUNTY]->(y:County)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf) AND (r.valid_from IS NULL OR r.valid_from <= $month) AND (r.valid_to IS NULL OR r.valid_to > $month)
OPTIONAL MATCH (l)-[:HAS_STEP]->(:IncomeStep)-[:DROPS_AT]->(c:Cliff)
WHERE c.peak_earnings_cents >= l.earnings_cents AND c.peak_earnings_cents <= l.earnings_cents + $within_cents
WITH y.name AS county, h, count(c) AS cliffs
RETURN county, count(DISTINCT h) AS households, count(DISTINCT CASE WHEN cliffs > 0 THEN h END) AS near
ORDER BY county
