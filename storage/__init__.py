"""What must not be forgotten: tables, turns, letters, transcripts, files; and the copies in Redis.

Who may enter: `bot`. The one rule: this room imports only `scenarios` and decides nothing.
"""
