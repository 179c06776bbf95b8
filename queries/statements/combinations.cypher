UNWIND $households AS household
MATCH (h:Household {id: household})-[r:HAD_COMBINATION]->(c:BenefitCombination)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND (r.valid_from IS NULL OR r.valid_from < $to) AND (r.valid_to IS NULL OR r.valid_to > $from)
RETURN household, c.id AS combination, c.programs AS programs, r.valid_from AS since, r.valid_to AS until, r.people AS people
ORDER BY since
