"""What goes to outside services, and how it is carried there."""
