"""Fix problems with only one remedy: missing keys, list markers, captions, spaces in markup, and encodings."""
