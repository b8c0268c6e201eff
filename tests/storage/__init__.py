"""One contract, several storages: the same tests on SQLite and on PostgreSQL."""
