"""The bench: the desk in processes of its own under load from this one, and what that costs."""
