UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[r:RELATED_TO]->(q:Person)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND (r.valid_from IS NULL OR r.valid_from < $to) AND (r.valid_to IS NULL OR r.valid_to > $from)
RETURN DISTINCT household, p.id AS person, q.id AS other, r.kind AS kind ORDER BY person, other
