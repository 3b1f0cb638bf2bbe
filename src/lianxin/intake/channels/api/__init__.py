"""Programs as a door (the API): who may call with which token, and what was done under which key.

What is asked at which address is in `lianxin.pages.api`; see docs/how/use-the-api.md.
"""
