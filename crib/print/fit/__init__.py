"""Copyfitting: measuring blocks, packing them into columns, and choosing the type size."""
