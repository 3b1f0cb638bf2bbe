"""The doors 渠道 by which a concern comes in: one folder each, all of one shape.

``door.py`` says what a door is and where staff take down what comes by it, ``forms.py`` what they
are asked, ``models.py`` what only this door knows, ``actions.py`` files it. See
docs/how/add-a-channel.md; `doors` is the list.
"""
