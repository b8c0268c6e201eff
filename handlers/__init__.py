"""What to do when something arrives: the corridor of a turn, the outbox, the clock, the managers' commands.

Who may enter: `bot`. The one rule: no vendor and no SQL here; storage and channels are seen through `ports`.
"""
