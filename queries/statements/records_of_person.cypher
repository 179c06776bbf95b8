MATCH (p:Person {id: $person})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN s.id AS record, d.role AS role, d.because AS because, d.match_weight AS match_weight, d.model AS model, s.feed AS feed, s.file AS file, s.row AS row, b.agency AS agency, b.received AS received
ORDER BY feed, file, row
