MATCH (n:Person {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Identity {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:BenefitUnit {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Enrollment {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:BenefitAmount {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Certification {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:TimeClock {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Employer {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Employment {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Wage {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Income {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Expense {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Circumstance {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:EducationAttainment {id: $fact})-[:DERIVED_FROM]->(:SourceRecord)<-[:DERIVED_FROM]-(:Person)-[m:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:BenefitAmount {id: $fact})<-[:PAID]-(:Enrollment)<-[:ENROLLED_IN]-(:BenefitUnit)<-[:IN_UNIT]-(:Person)-[:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:BenefitAmount {id: $fact})<-[:PAID]-(:Enrollment)<-[:ENROLLED_IN]-(:Person)-[:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Certification {id: $fact})<-[:CERTIFIED_FOR]-(:Enrollment)<-[:ENROLLED_IN]-(:BenefitUnit)<-[:IN_UNIT]-(:Person)-[:MEMBER_OF]->(h:Household)
RETURN h.id AS household
UNION
MATCH (n:Certification {id: $fact})<-[:CERTIFIED_FOR]-(:Enrollment)<-[:ENROLLED_IN]-(:Person)-[:MEMBER_OF]->(h:Household)
RETURN h.id AS household
