"""The notebooks, for every borough: knows notebooks and files, nothing of statistics."""
