"""Other people's formats as pure codecs: bytes to values, and what is wrong with them."""
