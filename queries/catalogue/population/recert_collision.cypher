// question: How many households have two or more recertifications due in one month?
// parameters: from date, to date
// columns: month, households, duties
// counting: a household counts in a month in which recertifications of two or more programs of its members come due; reports between them do not count
// for: analyst
// grain: aggregate
// needs: Certification.next_due, Enrollment.program, Household.id
// counts: households
MATCH (c:Certification)<-[:CERTIFIED_FOR]-(e:Enrollment)
WHERE c.next_due >= $from AND c.next_due < $to AND coalesce(c.duty, 'recertification') = 'recertification' AND (e.valid_to IS NULL OR e.valid_to > c.next_due) AND c.recorded_from <= $asOf AND (c.recorded_to IS NULL OR c.recorded_to > $asOf) AND e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf)
MATCH (e)<-[r:ENROLLED_IN]-(o)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
WITH c, e, o, CASE WHEN o:Person THEN [o] ELSE [(o)<-[i:IN_UNIT]-(member:Person) WHERE i.recorded_from <= $asOf AND (i.recorded_to IS NULL OR i.recorded_to > $asOf) AND (i.valid_to IS NULL OR i.valid_to > c.next_due) | member] END AS people
UNWIND people AS p
MATCH (p)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf) AND m.valid_from <= c.next_due AND (m.valid_to IS NULL OR m.valid_to > c.next_due)
WITH h, date.truncate('month', c.next_due) AS month, count(DISTINCT e.program) AS programs
WHERE programs > 1
RETURN month, count(DISTINCT h) AS households, sum(programs) AS duties
ORDER BY month
