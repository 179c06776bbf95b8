MATCH (p:Person)-[m:MEMBER_OF]->(h:Household)
WHERE p.id IN $people AND m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household, m.valid_from AS since, m.valid_to AS until, m.role AS role, m.evidence AS evidence, m.confidence AS confidence, m.family AS family ORDER BY since
