"""Accessibility audits: PDF by its tag tree, EPUB by DAISY Ace."""
