"""HTML to PDF: layout by WeasyPrint, the tag tree, and merging of PDFs and font subsets."""
