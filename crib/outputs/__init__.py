"""One file an output: what it makes of a book, as jobs that any process can do."""
