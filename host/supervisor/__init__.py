"""Starts, watches and replaces the web process of one machine; it serves nothing itself."""
