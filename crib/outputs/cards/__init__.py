"""Flashcards to print."""
