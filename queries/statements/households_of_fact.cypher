MATCH (n:Person {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Identity {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:BenefitUnit {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Enrollment {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:BenefitAmount {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Certification {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:TimeClock {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Employer {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Employment {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Wage {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Income {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Expense {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Circumstance {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:EducationAttainment {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:BenefitAmount {id: $fact})<-[:PAID]-(:Enrollment)<-[:ENROLLED_IN]-(:BenefitUnit)<-[:IN_UNIT]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:BenefitAmount {id: $fact})<-[:PAID]-(:Enrollment)<-[:ENROLLED_IN]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Certification {id: $fact})<-[:CERTIFIED_FOR]-(:Enrollment)<-[:ENROLLED_IN]-(:BenefitUnit)<-[:IN_UNIT]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
UNION
MATCH (n:Certification {id: $fact})<-[:CERTIFIED_FOR]-(:Enrollment)<-[:ENROLLED_IN]-(:Person)-[m:MEMBER_OF]->(h:Household)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
RETURN h.id AS household
