"""Fix what a rule can fix alone: missing keys, list markers, captions, spaces in markup, and encodings."""
