"""Work that nobody waits for: done by one worker, or by cron, each job once however many workers there are."""
