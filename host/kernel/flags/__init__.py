"""Feature flags: declared by plugins, decided by operators while the app runs, evaluated through OpenFeature."""
