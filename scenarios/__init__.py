"""Everything the desk decides: pure functions over values, and the book of scenarios.

Who may enter: every room. The one rule: no await, no clock, no chance, no I/O; time, ids and the world's facts
arrive inside events.
"""
