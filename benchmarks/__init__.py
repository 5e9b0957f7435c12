"""Measurements that anyone can repeat; results in ``docs/results/``."""
