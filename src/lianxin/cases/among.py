"""A condition that lets PostgreSQL use its indexes where several reasons to see a row are joined.

``id IN (SELECT …)`` beside another condition under OR makes PostgreSQL read every row and look each
up; ``id = ANY(ARRAY(SELECT …))`` is answered by the index like any other list of numbers.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet, Subquery
from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """Whether a column is among the values of a subquery, which does not depend on the row."""

    template = "%(expressions)s"
    arg_joiner = " IN "
    output_field = BooleanField()

    def __init__(self, column: str, rows: QuerySet[Any, Any]) -> None:
        super().__init__(F(column), Subquery(rows.order_by()))

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """The form that an index can answer."""
        return self.as_sql(
            compiler,
            connection,
            template="%(expressions)s)",
            arg_joiner=" = ANY(ARRAY",
            **context,
        )
