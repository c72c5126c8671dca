"""How fast and how lean scoring is, as ratios to a bare DuckDB ``group by`` in the same run.

Development only: ``python -m bench --sizes 1,5,20 --peers --out bench.json``.
"""
