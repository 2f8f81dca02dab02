"""Accessibility reports on built PDFs and e-books."""
