MATCH (l:Ladder {month: $month})
WHERE l.recorded_from <= $asOf AND (l.recorded_to IS NULL OR l.recorded_to > $asOf)
RETURN count(l) AS ladders
