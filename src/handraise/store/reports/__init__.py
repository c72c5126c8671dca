"""What reports count: one module a report.

Months are UTC's everywhere, so that everybody who looks has the same numbers.
"""
