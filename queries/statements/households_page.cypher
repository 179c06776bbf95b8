MATCH (h:Household)
WHERE h.id > $after AND h.recorded_from <= $asOf AND (h.recorded_to IS NULL OR h.recorded_to > $asOf)
WITH h ORDER BY h.id
CALL (h) {
  MATCH (h)<-[k:MEMBER_OF]-(p:Person)
  WHERE k.recorded_from <= $asOf AND (k.recorded_to IS NULL OR k.recorded_to > $asOf)
  WITH collect({person: p, until: coalesce(k.valid_to, date('9999-12-31'))}) AS spans, max(coalesce(k.valid_to, date('9999-12-31'))) AS last
  UNWIND spans AS span
  WITH span.person AS p, span.until AS until, last
  WHERE until > $asOf OR until = last
  MATCH (p)-[d:DERIVED_FROM]->(:SourceRecord)-[:IN_BATCH]->(b:Batch)
  WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
  RETURN collect(DISTINCT b.agency) AS agencies, count(DISTINCT p) AS people
}
WITH h, agencies, people
WHERE ($clients = 'all' AND size(agencies) > 0) OR ($clients = 'common' AND size(agencies) > 1) OR ($clients = 'own' AND any(a IN agencies WHERE a IN $agencies))
RETURN h.id AS household, people, agencies ORDER BY household LIMIT $first
