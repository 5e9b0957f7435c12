"""What the assistant did not answer well: collected, clustered, decided on, proposed for learning."""
