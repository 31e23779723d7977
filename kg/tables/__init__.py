"""The graph at rest: Parquet tables with a documented schema."""

from kg.tables.reading import Row, RowSource, Tables
from kg.tables.schema import SCHEMAS
from kg.tables.writing import write_table, write_tables

__all__ = ["SCHEMAS", "Row", "RowSource", "Tables", "write_table", "write_tables"]
