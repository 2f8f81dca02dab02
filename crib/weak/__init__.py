"""Rank the answers of a book by a learner's reviews in an Anki collection, and print the weakest."""
