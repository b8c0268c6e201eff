"""The playground in a real browser: the machine's Chromium, driven by Playwright, which never fetches its own."""
