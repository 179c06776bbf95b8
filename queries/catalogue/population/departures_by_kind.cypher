// question: Where does what was paid depart from what the rules come to, by program and reason?
// parameters: from date, to date
// columns: program, kind, households, departures, paid_cents, least_due_cents, most_due_cents
// counting: a departure counts when one of its months is in the span; its cents are those of all its months, and what was due is counted only where the rules tell it
// for: analyst
// grain: aggregate
// needs: Departure.kind, Departure.paid_cents, Household.id
// counts: households, departures
MATCH (h:Household)-[:HAS_DEPARTURE]->(d:Departure)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf) AND d.month_from < $to AND d.month_to > $from
RETURN d.program AS program, d.kind AS kind, count(DISTINCT h) AS households, count(d) AS departures, sum(d.paid_cents) AS paid_cents, sum(d.low_cents) AS least_due_cents, sum(d.high_cents) AS most_due_cents
ORDER BY program, kind
