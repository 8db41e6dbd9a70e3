"""The auth plugin: people, passwords, sessions, roles, links and tokens in the app's own database."""
