"""Typed answers: tables by language, turns of the calendar, and texts that nobody should ever send."""
