"""Files on their way into the articles: read in batches, staged, applied at once."""
