MATCH (h:Household)-[:HAS_LADDER]->(l:Ladder {month: $month})
WHERE l.recorded_from <= $asOf AND (l.recorded_to IS NULL OR l.recorded_to > $asOf) AND l.status <> 'unknown'
MATCH (l)-[:HAS_STEP]->(:IncomeStep)-[:DROPS_AT]->(c:Cliff)
WHERE c.peak_earnings_cents >= l.earnings_cents AND c.peak_earnings_cents <= l.earnings_cents + $within
WITH DISTINCT h
OPTIONAL MATCH (h)-[r:LIVED_AT]->(:Address)-[:IN_TOWN]->(:Town)-[:IN_COUNTY]->(y:County)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND (r.valid_from IS NULL OR r.valid_from <= $month) AND (r.valid_to IS NULL OR r.valid_to > $month)
RETURN h.id AS household, min(y.name) AS county ORDER BY household
