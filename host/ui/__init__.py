"""The shell around every page: one door into user code, router, stage, menu, error boundary, look, texts."""
