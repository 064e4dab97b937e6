"""Months of the partitioned tables: named, recognised, and made before they are needed."""

import re
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

PARTITIONED_TABLES = ("trades", "decisions")
_PARTITION_NAME = re.compile(rf"({'|'.join(PARTITIONED_TABLES)})_(y\d{{4}}m\d{{2}}|default)\Z")
_MONTHS_AHEAD = 3


def is_partition(table: str) -> bool:
    """Whether a table's name is that of a month of a partitioned table."""
    return bool(_PARTITION_NAME.match(table))


def ensure_months(session: Session, now: datetime) -> None:
    """Make this month's partitions and those of the next months, where they are missing.

    The database function of the same name belongs to the owner, so that no process needs the right to make tables.
    """
    session.execute(
        text("SELECT ensure_month_partitions(:table_name, CAST(:month AS date))"),
        [
            {"table_name": table, "month": _month_after(now, offset).date()}
            for table in PARTITIONED_TABLES
            for offset in range(_MONTHS_AHEAD + 1)
        ],
    )


def _month_after(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=1)
