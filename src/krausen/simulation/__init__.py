"""Simulated time and simulated breweries, behind the same ports as real ones."""
