"""Fuzzing: mutated books, decks and requests must give located problems or good outputs, and nothing else."""
