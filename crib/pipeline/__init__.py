"""From content to built files."""
