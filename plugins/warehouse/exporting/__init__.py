"""Lists of articles as files, streamed from the database."""
