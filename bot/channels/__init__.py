"""The messengers, one package for each.

Rule: a vendor's words end here; what leaves is an event of the engine, and what comes in is a port of the
handlers.
"""
