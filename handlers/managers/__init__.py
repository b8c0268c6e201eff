"""What managers ask the bot in their private chat: facts are read, figures computed, answers written.

The one rule: nothing here changes anything; who may ask and how an answer is sent is decided elsewhere.
"""
