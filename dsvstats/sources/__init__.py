"""Where counts come from: printed tables, benchmarks, a researcher's own counts, extracts."""
