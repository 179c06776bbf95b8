UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[r:ENROLLED_IN]->(e:Enrollment)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf)
  AND (e.valid_from IS NULL OR e.valid_from < $to) AND (e.valid_to IS NULL OR e.valid_to > $from)
  AND (m.valid_to IS NULL OR e.valid_from IS NULL OR m.valid_to > e.valid_from) AND (m.valid_from IS NULL OR e.valid_to IS NULL OR m.valid_from < e.valid_to)
OPTIONAL MATCH (e)-[:PAID]->(b:BenefitAmount)
WHERE b.recorded_from <= $asOf AND (b.recorded_to IS NULL OR b.recorded_to > $asOf)
  AND (b.valid_from IS NULL OR b.valid_from < $to) AND (b.valid_to IS NULL OR b.valid_to > $from)
  AND (m.valid_to IS NULL OR b.valid_from IS NULL OR m.valid_to > b.valid_from) AND (m.valid_from IS NULL OR b.valid_to IS NULL OR m.valid_from < b.valid_to)
WITH DISTINCT household, p, e, b, null AS unit
RETURN household, p.id AS person, unit, e.id AS enrollment, e.program AS program, e.category AS category, e.status AS status, e.valid_from AS since, e.valid_to AS until, e.end_reason AS end_reason, collect({id: b.id, cents: b.monthly_amount_cents, kind: b.kind, basis: b.basis, since: b.valid_from, until: b.valid_to}) AS amounts
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
OPTIONAL MATCH (e)-[:PAID]->(b:BenefitAmount)
WHERE b.recorded_from <= $asOf AND (b.recorded_to IS NULL OR b.recorded_to > $asOf)
  AND (b.valid_from IS NULL OR b.valid_from < $to) AND (b.valid_to IS NULL OR b.valid_to > $from)
  AND (m.valid_to IS NULL OR b.valid_from IS NULL OR m.valid_to > b.valid_from) AND (m.valid_from IS NULL OR b.valid_to IS NULL OR m.valid_from < b.valid_to)
WITH DISTINCT household, p, e, b, u.id AS unit
RETURN household, p.id AS person, unit, e.id AS enrollment, e.program AS program, e.category AS category, e.status AS status, e.valid_from AS since, e.valid_to AS until, e.end_reason AS end_reason, collect({id: b.id, cents: b.monthly_amount_cents, kind: b.kind, basis: b.basis, since: b.valid_from, until: b.valid_to}) AS amounts
