// question: Which rows of which agency say this?
// parameters: fact text
// columns: type, feed, file, file_digest, row, agency, received, mapping, agreement, loaded_by, known_from, known_to, because
// counting: one line a source record
// for: caseworker
// grain: household
// needs: SourceRecord.feed, SourceRecord.file, SourceRecord.row, Batch.received
MATCH (n:Person {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Person' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:Identity {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Identity' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:BenefitUnit {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'BenefitUnit' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:Enrollment {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Enrollment' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:BenefitAmount {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'BenefitAmount' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:Certification {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Certification' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:TimeClock {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'TimeClock' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:Employer {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Employer' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:Employment {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Employment' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:Wage {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Wage' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:Income {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Income' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:Expense {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Expense' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:Circumstance {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'Circumstance' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
UNION
MATCH (n:EducationAttainment {id: $fact})-[d:DERIVED_FROM]->(s:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE d.recorded_from <= $asOf
RETURN 'EducationAttainment' AS type, s.feed AS feed, s.file AS file, s.file_digest AS file_digest, s.row AS row, b.agency AS agency, b.received AS received, s.mapping AS mapping, b.agreement_version AS agreement, b.loaded_by AS loaded_by, d.recorded_from AS known_from, d.recorded_to AS known_to, d.because AS because
