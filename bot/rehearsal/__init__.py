"""Scenarios are tried without messengers and databases: by transcript tests, by a talk in the terminal."""
