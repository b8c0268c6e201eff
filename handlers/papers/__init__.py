"""The desk's papers: the card of a contact, the summary of a handoff, the history document.

The one rule: a paper is made from values it is given; where it goes is decided elsewhere.
"""
