"""The book in a browser while it is written: what a save changes is shown at once."""
