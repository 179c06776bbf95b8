"""Files as they come: CSV, gzip, Parquet, Excel, fixed width."""
