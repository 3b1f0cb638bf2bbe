"""Plain Python that every module may use: clock, ids, words, problems, working days. No Django."""
