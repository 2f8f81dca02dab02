"""What a learner keeps forgetting: the answers of a book, ranked by the reviews in an Anki collection."""
