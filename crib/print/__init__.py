"""Printing, shared by all printed outputs: chapters as HTML, font coverage, formulas, copyfitting and PDF."""
