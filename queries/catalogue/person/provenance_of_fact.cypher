// question: Which rows of which agency say this?
// parameters: fact text
// columns: type, feed, file, row, agency, received, agreement, known_from, known_to, because
// counting: one line a source record
// for: caseworker
// grain: person
// needs: SourceRecord.feed, SourceRecord.file, SourceRecord.row, Batch.received
MATCH (n {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN head(labels(n)) AS type, s.feed AS feed, s.file AS file, s.row AS row, b.agency AS agency, b.received AS received, b.agreement_version AS agreement, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
ORDER BY feed, file, row
