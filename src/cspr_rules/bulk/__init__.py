"""Many cases at once: columns in, columns out."""
