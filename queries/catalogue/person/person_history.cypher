// question: What did this person take part in, and when?
// parameters: person text
// columns: program, category, since, until, reason, enrollment
// counting: a span is listed once, whether it is the person's own or a unit's
// for: caseworker
// grain: person
// needs: Enrollment.program, Enrollment.category, Enrollment.end_reason
MATCH (p:Person {id: $person})-[r:ENROLLED_IN]->(e:Enrollment)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf) AND e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf)
RETURN e.program AS program, e.category AS category, e.valid_from AS since, e.valid_to AS until, e.end_reason AS reason, e.id AS enrollment
UNION
MATCH (p:Person {id: $person})-[i:IN_UNIT]->(:BenefitUnit)-[r:ENROLLED_IN]->(e:Enrollment)
WHERE i.recorded_from <= $asOf AND (i.recorded_to IS NULL OR i.recorded_to > $asOf) AND r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf) AND e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf)
  AND (i.valid_from IS NULL OR e.valid_to IS NULL OR i.valid_from < e.valid_to)
  AND (i.valid_to IS NULL OR e.valid_from IS NULL OR i.valid_to > e.valid_from)
RETURN e.program AS program, e.category AS category, e.valid_from AS since, e.valid_to AS until, e.end_reason AS reason, e.id AS enrollment
