"""What may be said, shown and published: reads counts and estimates, computes no statistic."""
