UNWIND $households AS household
MATCH (h:Household {id: household})-[:WAS_DUE]->(n:SimulatedAmount)
WHERE n.recorded_from <= $asOf AND (n.recorded_to IS NULL OR n.recorded_to > $asOf)
RETURN household, n.program AS program, n.month_from AS since, n.month_to AS until, n.paid_cents AS paid, n.low_cents AS low, n.high_cents AS high, n.reason AS reason, n.rules_version AS rules_version
ORDER BY household, program, since
