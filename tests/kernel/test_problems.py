from __future__ import annotations

import pytest

from lianxin.kernel.problems import Problem


def test_messages_by_field() -> None:
    assert Problem("too long", "title").messages == {"title": ["too long"]}
    assert Problem("no").messages == {"": ["no"]}
    both = Problem.several({"title": ["too long"], "place": ["missing", "odd"], "kind": []})
    assert both.messages == {"title": ["too long"], "place": ["missing", "odd"]}
    assert str(both) == "title: too long; place: missing; place: odd"
    with pytest.raises(ValueError):
        Problem.several({"title": []})
