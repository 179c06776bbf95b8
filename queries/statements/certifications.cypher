UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[r:ENROLLED_IN]->(e:Enrollment)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf)
  AND (e.valid_from IS NULL OR e.valid_from < $to) AND (e.valid_to IS NULL OR e.valid_to > $from)
  AND (m.valid_to IS NULL OR e.valid_from IS NULL OR m.valid_to > e.valid_from) AND (m.valid_from IS NULL OR e.valid_to IS NULL OR m.valid_from < e.valid_to)
MATCH (e)-[:CERTIFIED_FOR]->(c:Certification)
WHERE c.recorded_from <= $asOf AND (c.recorded_to IS NULL OR c.recorded_to > $asOf)
  AND c.next_due >= $from AND (e.valid_to IS NULL OR e.valid_to > c.next_due)
RETURN DISTINCT household, p.id AS person, e.id AS enrollment, e.program AS program, c.next_due AS due, c.duty AS duty, c.valid_from AS since, c.valid_to AS until
UNION
UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[i:IN_UNIT]->(u:BenefitUnit)-[r:ENROLLED_IN]->(e:Enrollment)
WHERE i.recorded_from <= $asOf AND (i.recorded_to IS NULL OR i.recorded_to > $asOf)
  AND r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf)
  AND (e.valid_from IS NULL OR e.valid_from < $to) AND (e.valid_to IS NULL OR e.valid_to > $from)
  AND (i.valid_to IS NULL OR e.valid_from IS NULL OR i.valid_to > e.valid_from) AND (i.valid_from IS NULL OR e.valid_to IS NULL OR i.valid_from < e.valid_to)
  AND (m.valid_to IS NULL OR e.valid_from IS NULL OR m.valid_to > e.valid_from) AND (m.valid_from IS NULL OR e.valid_to IS NULL OR m.valid_from < e.valid_to)
MATCH (e)-[:CERTIFIED_FOR]->(c:Certification)
WHERE c.recorded_from <= $asOf AND (c.recorded_to IS NULL OR c.recorded_to > $asOf)
  AND c.next_due >= $from AND (e.valid_to IS NULL OR e.valid_to > c.next_due)
RETURN DISTINCT household, p.id AS person, e.id AS enrollment, e.program AS program, c.next_due AS due, c.duty AS duty, c.valid_from AS since, c.valid_to AS until
