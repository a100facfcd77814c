"""What the counts say: counts in, estimates out."""
