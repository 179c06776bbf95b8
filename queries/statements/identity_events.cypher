MATCH (:Person {id: $person})<-[:FROM_PERSON|TO_PERSON]-(e:IdentityEvent)
WHERE e.on <= $asOf
WITH DISTINCT e
MATCH (old:Person)<-[:FROM_PERSON]-(e)-[:TO_PERSON]->(new:Person)
OPTIONAL MATCH (e)-[:BROUGHT_BY]->(b:Batch)
RETURN e.kind AS kind, e.reason AS reason, e.on AS day, old.id AS gave, new.id AS got, collect(b.id) AS batches
