// question: How many people are known to each pair of agencies in a span?
// parameters: from date=2000-01-01, to date=2100-01-01
// columns: agency, other, people, agency_people, other_people, of_agency, of_other
// counting: a person counts once for an agency that sent a standing record in a batch received in the span
// for: analyst
// grain: aggregate
// needs: SourceRecord.feed, Agency.name, Person.id
// counts: people, agency_people, other_people
// parts: people of agency_people, people of other_people
MATCH (p:Person)-[d:DERIVED_FROM]->(:SourceRecord)-[:IN_BATCH]->(b:Batch {status: 'published'})
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf) AND b.received >= $from AND b.received < $to
WITH p, collect(DISTINCT b.agency) AS agencies
WITH collect(agencies) AS known
UNWIND known AS agencies
UNWIND agencies AS agency
WITH known, agency, count(*) AS total
WITH known, collect({agency: agency, total: total}) AS totals
UNWIND known AS agencies
UNWIND agencies AS agency
UNWIND agencies AS other
WITH totals, agency, other, count(*) AS people WHERE agency < other
WITH agency, other, people, head([t IN totals WHERE t.agency = agency | t.total]) AS agency_people, head([t IN totals WHERE t.agency = other | t.total]) AS other_people
RETURN agency, other, people, agency_people, other_people, round(1000.0 * people / agency_people) / 1000 AS of_agency, round(1000.0 * people / other_people) / 1000 AS of_other
ORDER BY people DESC, agency, other
