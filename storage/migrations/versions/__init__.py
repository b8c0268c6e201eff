"""One module a version; the number in its name orders them."""
