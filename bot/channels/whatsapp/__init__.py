"""WhatsApp Cloud API: webhook in, Graph API out.

Rule: Meta's words stay in this package; what leaves it are events of the engine and the facts of `arrivals`.
"""
