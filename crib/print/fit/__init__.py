"""Fitting blocks to pages: measuring, packing, and type size."""
