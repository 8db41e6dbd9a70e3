"""What operators see and switch in the app: plugins, settings, health."""
