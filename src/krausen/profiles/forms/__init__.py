"""Text forms of profiles, one file each."""
