"""The API: what programs ask for under /api/v1/, and what they are told.

The forms of the pages are what a body is checked by, and what its description is made from; an act
is done by the very function that the page calls. See docs/how/use-the-api.md and decision 0025.
"""
