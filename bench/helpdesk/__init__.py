"""The peer that ours is held against: django-helpdesk and its REST API, as its handbook has it.

It runs in an environment of its own, made for the measurement and gone with it.
"""
