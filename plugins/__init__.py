"""The built-in plugins; each is found by its entry point like any other, none imports another."""
