"""The words of the project, each defined once: what is counted, of whom, and where."""
