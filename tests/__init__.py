"""What Crib promises, held by the real parts it stands on."""
