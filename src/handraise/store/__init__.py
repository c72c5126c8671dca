"""PostgreSQL: sessions, tables, and one module for each noun that is kept."""
