"""Files in and out: leads, accounts and events from CSV, JSONL and Parquet; scores and errors as files."""
