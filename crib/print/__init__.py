"""Answers on paper: typeset fragments, pages by WeasyPrint, and what all printed outputs share."""
