MATCH (p:Person {id: $person})-[s:ALSO_STAYS_WITH]->(h:Household)
WHERE s.recorded_from <= $asOf AND (s.recorded_to IS NULL OR s.recorded_to > $asOf)
RETURN h.id AS household, s.valid_from AS since, s.valid_to AS until, s.evidence AS evidence, s.confidence AS confidence,
  s.records AS records ORDER BY since, household
