"""Files in: reading, mapping, checking, batches."""
