"""Incremental builds: jobs, their plan and workers, the cache, and `dist/`."""
