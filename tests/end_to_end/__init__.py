"""The whole desk in a process of its own, over HTTP, against the local messengers, killed for real."""
