"""Tests of what Crib promises, with real dependencies: anki, epubcheck, pdfium, Chromium."""
