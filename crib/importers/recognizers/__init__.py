"""Recognizers: each finds one shape of questions in the blocks of a document."""
