"""Quizzes to print."""
