"""Processes and messengers: the only room that knows vendors. Nothing connects or starts at import time."""
