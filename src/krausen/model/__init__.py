"""What Krausen talks about: frozen values without behaviour beyond arithmetic."""
