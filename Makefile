# Only other names for ./run, for those whose fingers type make.
.PHONY: setup demo test check

setup:
	@./run setup

demo:
	@./run demo

test:
	@./run test

check: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m tests.translations
	@./run test
