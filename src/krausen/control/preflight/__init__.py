"""The check before a batch: are the probes what they are called, and do the outputs do what they should?"""
