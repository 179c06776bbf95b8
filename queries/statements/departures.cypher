UNWIND $households AS household
MATCH (h:Household {id: household})-[:HAS_DEPARTURE]->(n:Departure)
WHERE n.recorded_from <= $asOf AND (n.recorded_to IS NULL OR n.recorded_to > $asOf)
RETURN household, n.program AS program, n.kind AS kind, n.month_from AS since, n.month_to AS until, n.paid_cents AS paid, n.low_cents AS low, n.high_cents AS high, n.evidence AS evidence, n.rests_on AS rests_on, n.rules_version AS rules_version
ORDER BY household, program, since
