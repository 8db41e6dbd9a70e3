"""``app doctor``: checks of an installation that import no plugin, each answered with findings and their remedies."""
