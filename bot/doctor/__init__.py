"""`qabul doctor`: is this installation fit to serve, and if not, what is to be done?

Rule: a check only looks. It writes nothing, sends nothing, takes no update from a desk at work, and tells no secret and
no phone.
"""
