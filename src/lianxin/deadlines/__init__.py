"""Deadlines 时限: policy presets as data, the working calendar, and clocks as rows.

Callers import `actions`, `queries`, `policies` and `lights`.
"""
