"""Tests of Crib's promises, with real dependencies: anki, epubcheck, pdfium, Chromium."""
