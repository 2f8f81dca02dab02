"""Rendering: answers to HTML fragments in a medium's flavor, and the templates around them."""
