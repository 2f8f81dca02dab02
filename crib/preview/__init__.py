"""Live preview of the book in a browser: an HTTP server, a file watcher, and views of each medium."""
