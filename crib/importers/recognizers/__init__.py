"""Recognizers, one for each shape of questions in the blocks of a document."""
