"""Local messengers and the playground page. They serve the demo and the end-to-end tests, never customers."""
