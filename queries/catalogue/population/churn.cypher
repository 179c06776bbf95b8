// question: Which enrolments end and start again within 90 days, by program and reason?
// parameters: from date, to date
// columns: program, reason, spells, people_or_units
// counting: a spell counts when the same person or unit starts a later span of the program within 90 days of its end in the span
// for: analyst
// grain: aggregate
// needs: Enrollment.program, Enrollment.end_reason
// counts: people_or_units, spells
MATCH (o)-[r:ENROLLED_IN]->(e:Enrollment)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf) AND e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf) AND e.valid_to >= $from AND e.valid_to < $to
MATCH (o)-[r2:ENROLLED_IN]->(later:Enrollment)
WHERE r2.recorded_from <= $asOf AND (r2.recorded_to IS NULL OR r2.recorded_to > $asOf) AND later.program = e.program AND later.valid_from >= e.valid_to AND later.valid_from <= e.valid_to + duration({days: 90})
WITH e.program AS program, coalesce(e.end_reason, 'not given') AS reason, e.id AS spell, o.id AS owner
RETURN program, reason, count(DISTINCT spell) AS spells, count(DISTINCT owner) AS people_or_units
ORDER BY spells DESC, program, reason
