"""The way of the schema from one version to the next (Alembic)."""
