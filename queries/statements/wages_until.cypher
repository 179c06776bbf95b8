MATCH (w:Wage)
WHERE w.form = 'quarterly' AND w.recorded_from <= $asOf AND (w.recorded_to IS NULL OR w.recorded_to > $asOf)
RETURN max(w.valid_to) AS until
