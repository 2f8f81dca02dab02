"""Run a command: from a folder of content to a folder of built files."""
