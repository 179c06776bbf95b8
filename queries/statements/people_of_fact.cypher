MATCH (p:Person {id: $fact})
RETURN p.id AS person
UNION
MATCH (n:Identity {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:BenefitUnit {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Enrollment {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:BenefitAmount {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Certification {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:TimeClock {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Employer {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Employment {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Wage {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Income {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Expense {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Circumstance {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:EducationAttainment {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[d:DERIVED_FROM]-(p:Person)
WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:BenefitAmount {id: $fact})<-[:PAID]-(:Enrollment)<-[:ENROLLED_IN]-(:BenefitUnit)<-[i:IN_UNIT]-(p:Person)
WHERE i.recorded_from <= $asOf AND (i.recorded_to IS NULL OR i.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:BenefitAmount {id: $fact})<-[:PAID]-(:Enrollment)<-[e:ENROLLED_IN]-(p:Person)
WHERE e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Certification {id: $fact})<-[:CERTIFIED_FOR]-(:Enrollment)<-[:ENROLLED_IN]-(:BenefitUnit)<-[i:IN_UNIT]-(p:Person)
WHERE i.recorded_from <= $asOf AND (i.recorded_to IS NULL OR i.recorded_to > $asOf)
RETURN p.id AS person
UNION
MATCH (n:Certification {id: $fact})<-[:CERTIFIED_FOR]-(:Enrollment)<-[e:ENROLLED_IN]-(p:Person)
WHERE e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf)
RETURN p.id AS person
