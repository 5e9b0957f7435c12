"""Questions apart from training data, and the program that scores the running system."""
