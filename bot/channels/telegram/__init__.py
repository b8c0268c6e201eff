"""Telegram: reading updates, sending to customers, the staff's forum groups, receiving by webhook or long
polling.

Rule: no parse mode anywhere, updates are read one by one from raw JSON, and the bot's token is in no text
that leaves.
"""
