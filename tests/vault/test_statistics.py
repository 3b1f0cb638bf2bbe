"""PostgreSQL keeps samples of a column for its planner: of sealed rows it keeps none.

They would outlive the rows: a table that is written anew leaves them as they are.
"""

from __future__ import annotations

import pytest
from django.db import connection

from lianxin.vault.models import Entry
from tests.cast import Cast
from tests.walk import begin

pytestmark = pytest.mark.django_db
SAMPLES = """
SELECT count(*) FROM pg_statistic
JOIN pg_attribute ON attrelid = starelid AND attnum = staattnum
WHERE starelid = to_regclass(%s) AND attname = ANY(%s)
"""


def samples(*columns: str) -> int:
    """Of how many of these columns the planner keeps samples."""
    with connection.cursor() as cursor:
        cursor.execute(SAMPLES, [Entry._meta.db_table, list(columns)])
        found: int = cursor.fetchone()[0]
    return found


def test_analyzing_keeps_no_sample_of_what_is_sealed(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the other engine keeps samples only when it is asked to")
    for number in range(5):
        begin(cast, identity="named", contact={"name": f"王{number}", "phone": "13812345678"})
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(Entry._meta.db_table)}")
    assert samples("field", "owner") == 2, (
        "what is not sealed is sampled: the question is asked well"
    )
    assert samples("id", "ciphertext") == 0
