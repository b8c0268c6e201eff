"""The doctor against local messengers and real servers."""
