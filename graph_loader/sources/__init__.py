"""Where rows come from: files (CSV, gzip, Parquet, Excel, fixed width) and databases."""
