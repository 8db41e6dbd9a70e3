"""Notes, a plugin for Holdfast: short notes that a team shares."""
