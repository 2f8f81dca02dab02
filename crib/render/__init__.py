"""Answers to HTML fragments in a medium's flavor, and the templates that frame them."""
