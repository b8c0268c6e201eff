"""`qabul scenario schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import json

from scenarios.engine.reading.schema import schema

__all__ = ["run_schema", "schema_text"]


def schema_text() -> str:
    """The schema as it is printed and shipped (`scenarios/book/schema.json`)."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def run_schema() -> int:
    """Print the schema; the exit status."""
    print(schema_text(), end="")
    return 0
