"""Read untrusted files of other programs (Anki, ZIP archives) within limits; never write them."""
