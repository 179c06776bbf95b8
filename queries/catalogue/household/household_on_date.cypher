// question: Who is in this household on a date, and since when?
// parameters: household text, on date
// columns: person, role, since, until, evidence, confidence, family
// counting: a person is in the household on a day of the membership span
// for: caseworker
// grain: household
// needs: MEMBER_OF.role
MATCH (h:Household {id: $household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND m.valid_from <= $on AND (m.valid_to IS NULL OR m.valid_to > $on)
RETURN p.id AS person, m.role AS role, m.valid_from AS since, m.valid_to AS until, m.evidence AS evidence, m.confidence AS confidence, m.family AS family
ORDER BY person
