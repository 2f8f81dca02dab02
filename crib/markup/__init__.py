"""Markup languages: pandoc for Markdown, MathJax for TeX."""
