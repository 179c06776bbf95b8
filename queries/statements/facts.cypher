UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[r:RECEIVES]->(n:Income)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND n.recorded_from <= $asOf AND (n.recorded_to IS NULL OR n.recorded_to > $asOf)
  AND (n.valid_from IS NULL OR n.valid_from < $to) AND (n.valid_to IS NULL OR n.valid_to > $from)
  AND (m.valid_to IS NULL OR n.valid_from IS NULL OR m.valid_to > n.valid_from) AND (m.valid_from IS NULL OR n.valid_to IS NULL OR m.valid_from < n.valid_to)
RETURN DISTINCT household, p.id AS person, true AS within, 'Income' AS type, n.id AS fact, n.kind AS kind, n.monthly_amount_cents AS amount, n.valid_from AS since, n.valid_to AS until
UNION
UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[r:BEARS]->(n:Expense)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND n.recorded_from <= $asOf AND (n.recorded_to IS NULL OR n.recorded_to > $asOf)
  AND (n.valid_from IS NULL OR n.valid_from < $to) AND (n.valid_to IS NULL OR n.valid_to > $from)
  AND (m.valid_to IS NULL OR n.valid_from IS NULL OR m.valid_to > n.valid_from) AND (m.valid_from IS NULL OR n.valid_to IS NULL OR m.valid_from < n.valid_to)
RETURN DISTINCT household, p.id AS person, true AS within, 'Expense' AS type, n.id AS fact, n.kind AS kind, n.monthly_amount_cents AS amount, n.valid_from AS since, n.valid_to AS until
UNION
UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[r:IN_CIRCUMSTANCE]->(n:Circumstance)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND n.recorded_from <= $asOf AND (n.recorded_to IS NULL OR n.recorded_to > $asOf)
  AND (n.valid_from IS NULL OR n.valid_from < $to) AND (n.valid_to IS NULL OR n.valid_to > $from)
  AND (m.valid_to IS NULL OR n.valid_from IS NULL OR m.valid_to > n.valid_from) AND (m.valid_from IS NULL OR n.valid_to IS NULL OR m.valid_from < n.valid_to)
RETURN DISTINCT household, p.id AS person, true AS within, 'Circumstance' AS type, n.id AS fact, n.kind AS kind, null AS amount, n.valid_from AS since, n.valid_to AS until
UNION
UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[r:HAS_CLOCK]->(n:TimeClock)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND n.recorded_from <= $asOf AND (n.recorded_to IS NULL OR n.recorded_to > $asOf)
  AND (n.valid_from IS NULL OR n.valid_from < $to) AND (n.valid_to IS NULL OR n.valid_to > $from)
RETURN DISTINCT household, p.id AS person, (m.valid_to IS NULL OR n.valid_from IS NULL OR m.valid_to > n.valid_from) AND (m.valid_from IS NULL OR n.valid_to IS NULL OR m.valid_from < n.valid_to) AS within, 'TimeClock' AS type, n.id AS fact, n.clock AS kind, n.months_used AS amount, n.valid_from AS since, n.valid_to AS until
UNION
UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[r:ATTAINED]->(n:EducationAttainment)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
  AND n.recorded_from <= $asOf AND (n.recorded_to IS NULL OR n.recorded_to > $asOf)
  AND (n.valid_from IS NULL OR n.valid_from < $to) AND (n.valid_to IS NULL OR n.valid_to > $from)
  AND (m.valid_to IS NULL OR n.valid_from IS NULL OR m.valid_to > n.valid_from) AND (m.valid_from IS NULL OR n.valid_to IS NULL OR m.valid_from < n.valid_to)
RETURN DISTINCT household, p.id AS person, true AS within, 'EducationAttainment' AS type, n.id AS fact, n.level + ' ' + n.status AS kind, null AS amount, n.valid_from AS since, n.valid_to AS until
