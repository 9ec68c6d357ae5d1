"""Other people's protocols, one file each."""
