UNWIND $households AS household
MATCH (h:Household {id: household})<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
MATCH (p)-[k:WORKED_IN]->(j:Employment)-[:EARNED]->(w:Wage)
WHERE k.recorded_from <= $asOf AND (k.recorded_to IS NULL OR k.recorded_to > $asOf)
  AND w.recorded_from <= $asOf AND (w.recorded_to IS NULL OR w.recorded_to > $asOf)
  AND (w.valid_from IS NULL OR w.valid_from < $to) AND (w.valid_to IS NULL OR w.valid_to > $from)
OPTIONAL MATCH (j)-[:AT_EMPLOYER]->(e:Employer)
RETURN DISTINCT household, p.id AS person, (m.valid_to IS NULL OR w.valid_from IS NULL OR m.valid_to > w.valid_from) AND (m.valid_from IS NULL OR w.valid_to IS NULL OR m.valid_from < w.valid_to) AS within, j.id AS employment, e.id AS employer, w.id AS wage, w.amount_cents AS cents, w.hours AS hours, w.valid_from AS since, w.valid_to AS until, w.form AS form
ORDER BY person, since
