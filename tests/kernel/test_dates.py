"""Dates as people and Excel write them."""

from __future__ import annotations

import pytest

from lianxin.kernel.clock import SHANGHAI
from lianxin.kernel.dates import read_moment


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2019/2/28 11:25:05", "2019-02-28T11:25:05"),
        ("2019-02-28", "2019-02-28T00:00:00"),
        ("2019年2月28日", "2019-02-28T00:00:00"),
        ("2019年2月28日 11时25分", "2019-02-28T11:25:00"),
        ("２０１９．２．２８　１１：２５", "2019-02-28T11:25:00"),
        ("20190228", "2019-02-28T00:00:00"),
        ("2019-02-28T03:25:05Z", "2019-02-28T11:25:05"),
        ("43524", "2019-02-28T00:00:00"),
        ("43524.5", "2019-02-28T12:00:00"),
    ],
)
def test_it_reads_many_ways_of_writing_a_date(text: str, local: str) -> None:
    found = read_moment(text)
    assert found is not None
    assert found.astimezone(SHANGHAI).replace(tzinfo=None).isoformat() == local


@pytest.mark.parametrize("text", ["", "昨天", "2019-02-30", "28/2/2019", "2019-13-01", "9" * 400])
def test_anything_else_is_no_date(text: str) -> None:
    assert read_moment(text) is None
