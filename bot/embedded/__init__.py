"""The servers that the desk brings along, so that a machine with nothing but Python can run it.

Rule: a server of ours lives in the data directory it serves, belongs to one process and never outlives it.
"""
