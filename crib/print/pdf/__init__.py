"""HTML to PDF: WeasyPrint, the tag tree, and merging parts."""
