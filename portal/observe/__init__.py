"""What whoever runs the site sees of it: logs, counts, probes, traces, one screen. Never a word of a reader."""
