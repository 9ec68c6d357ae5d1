"""What is worth telling people, and how an occurrence of it is lived through."""
