MATCH (old:Person {id: $person})<-[:FROM_PERSON]-(e:IdentityEvent)-[:TO_PERSON]->(new:Person)
WHERE e.on <= $asOf
RETURN e.kind AS kind, e.reason AS reason, e.on AS day, old.id AS gave, new.id AS got
UNION
MATCH (new:Person {id: $person})<-[:TO_PERSON]-(e:IdentityEvent)-[:FROM_PERSON]->(old:Person)
WHERE e.on <= $asOf
RETURN e.kind AS kind, e.reason AS reason, e.on AS day, old.id AS gave, new.id AS got
